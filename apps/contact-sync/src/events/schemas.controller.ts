import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { eventJsonSchemas } from '#contact-events';
import { CodedError } from '#platform';

import { OfAccount } from '../http/account.guard.js';
import { Problems } from '../http/problem-answers.js';

@ApiTags('events')
@Controller('api/schemas')
@OfAccount('none')
export class SchemasController {
  @Get(':name/:file')
  @Header('Content-Type', 'application/schema+json')
  @ApiOperation({
    summary:
      "The JSON Schema of an event's data: contact-updated/1.json, contact-deleted/1.json, account-connected/1.json …",
  })
  @ApiResponse({ status: 200, description: 'JSON Schema, draft 2020-12' })
  @Problems('schema-not-found')
  one(@Param('name') name: string, @Param('file') file: string): object {
    const versions = Object.hasOwn(eventJsonSchemas, name) ? eventJsonSchemas[name] : undefined;
    const version = /^(\d+)\.json$/.exec(file)?.[1];
    const schema = version === undefined ? undefined : versions?.[version];
    if (schema === undefined) {
      throw new CodedError('schema-not-found', `There is no schema ${name}/${file}.`);
    }
    return schema;
  }
}
