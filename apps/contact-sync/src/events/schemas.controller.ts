import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { contactEventJsonSchemas } from '#contact-events';
import { Problem } from '#platform';

@ApiTags('events')
@Controller('api/schemas')
export class SchemasController {
  @Get(':name/:file')
  @Header('Content-Type', 'application/schema+json')
  @ApiOperation({
    summary: "The JSON Schema of an event's data: contact-updated/1.json or contact-deleted/1.json",
  })
  @ApiResponse({ status: 200, description: 'JSON Schema, draft 2020-12' })
  @ApiResponse({ status: 404, description: 'schema-not-found' })
  one(@Param('name') name: string, @Param('file') file: string): object {
    const versions = Object.hasOwn(contactEventJsonSchemas, name) ? contactEventJsonSchemas[name] : undefined;
    const version = /^(\d+)\.json$/.exec(file)?.[1];
    const schema = version === undefined ? undefined : versions?.[version];
    if (schema === undefined) {
      throw new Problem(404, 'schema-not-found', `There is no schema ${name}/${file}.`);
    }
    return schema;
  }
}
