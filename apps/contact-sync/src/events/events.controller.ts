import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { toCloudEvent } from '#contact-events';
import { isWhole, readLog } from '#event-store';
import { type Configuration } from '#platform';
import { z } from 'zod';

import { openApiSchema } from '../http/answers.js';
import { OfAccount } from '../http/account.guard.js';
import { limitParameter, positionParameter } from '../http/query-schemas.js';
import { NeedsScope } from '../http/scope.guard.js';
import { CONFIGURATION } from '../injection-tokens.js';

const listQuery = z.strictObject({
  after: positionParameter.optional().describe('Only events behind this position'),
  accountId: z.uuid().optional(),
  contactId: z.uuid().optional(),
  type: z.enum(['ContactUpdated', 'ContactDeleted']).optional(),
  limit: limitParameter(1000, 100),
});

const eventSchema = z.looseObject({
  specversion: z.literal('1.0'),
  id: z.uuid(),
  source: z.string(),
  type: z.enum(['ContactUpdated', 'ContactDeleted']),
  subject: z.uuid().describe('The contact'),
  time: z.iso.datetime(),
  dataschema: z.string(),
  sequence: z.string().describe("The contact's version, zero-padded to 10 digits"),
  position: z.string().describe('Global position in the event log'),
  accountref: z
    .string()
    .optional()
    .describe('What the account was known by when the event was made; left out where it had no reference'),
  data: z.looseObject({}),
});

@ApiTags('events')
@Controller('api/events')
@NeedsScope('read')
export class EventsController {
  constructor(
    private readonly em: SqlEntityManager,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  @Get()
  @OfAccount('query')
  @ApiOperation({ summary: 'The event log as consumers get it: CloudEvents 1.0 in JSON, in position order' })
  @ApiResponse({
    status: 200,
    description: 'A page of events; `nextAfter` is the `after` of the next page, null at the end of the log',
    schema: openApiSchema(z.object({ items: z.array(eventSchema), nextAfter: z.string().nullable() })),
  })
  async list(
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
  ): Promise<{ items: object[]; nextAfter: string | null }> {
    const stored = await readLog(this.em.fork(), {
      ...(query.after === undefined ? {} : { after: query.after }),
      ...(query.accountId === undefined ? {} : { accountId: query.accountId }),
      ...(query.contactId === undefined ? {} : { streamId: query.contactId }),
      ...(query.type === undefined ? {} : { type: query.type }),
      limit: query.limit + 1,
    });
    const events = stored.slice(0, query.limit);
    return {
      items: events.filter(isWhole).map((event) => ({
        ...toCloudEvent({ ...event, contactId: event.streamId }, this.configuration.PUBLIC_URL),
        data: JSON.parse(event.data) as object,
      })),
      nextAfter: stored.length > query.limit ? String(events.at(-1)?.position) : null,
    };
  }
}
