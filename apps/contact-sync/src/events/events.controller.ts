import { Controller, Get, Header, Inject, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { MASKED_MEMBERS } from '#contact-events';
import { readPage } from '#event-store';
import { type Configuration, fitting, LARGEST_PAGE_BYTES } from '#platform';
import { z } from 'zod';

import { OfAccount } from '../http/account.guard.js';
import { JSON_TEXT, jsonPage, openApiSchema } from '../http/answers.js';
import { mayRead } from '../http/may-read.js';
import { AskedBy, type Principal } from '../http/principal.js';
import { limitParameter, positionParameter } from '../http/query-schemas.js';
import { CONFIGURATION } from '../injection-tokens.js';
import { eventAnswers } from './event-answers.js';

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
  dataschema: z.string().optional().describe('Left out where the data are masked'),
  sequence: z.string().describe("The contact's version, zero-padded to 10 digits"),
  position: z.string().describe('Global position in the event log'),
  accountref: z
    .string()
    .optional()
    .describe('What the account was known by when the event was made; left out where it had no reference'),
  data: z
    .looseObject({})
    .describe('Without the scope `read`: `masked: true`, and nothing of what the contact says'),
});

/** For every principal: one without the scope `read` gets the data masked. */
@ApiTags('events')
@Controller('api/events')
export class EventsController {
  constructor(
    private readonly em: SqlEntityManager,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  @Get()
  @OfAccount('query')
  @Header('Content-Type', JSON_TEXT)
  @ApiOperation({
    summary:
      'The event log as consumers get it: CloudEvents 1.0 in JSON, in position order; 4 MB at most, and one event at ' +
      'least',
  })
  @ApiResponse({
    status: 200,
    description: 'A page of events; `nextAfter` is the `after` of the next page, null at the end of the log',
    schema: openApiSchema(z.object({ items: z.array(eventSchema), nextAfter: z.string().nullable() })),
  })
  async list(
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
    @AskedBy() principal: Principal,
  ): Promise<string> {
    const isWhole = mayRead(principal);
    const { events, hasMore } = await readPage(this.em.fork(), {
      after: query.after,
      accountId: query.accountId,
      streamId: query.contactId,
      type: query.type,
      limit: query.limit,
      bytes: LARGEST_PAGE_BYTES,
      members: isWhole ? undefined : MASKED_MEMBERS,
    });
    const answers = fitting(eventAnswers(events, this.configuration.PUBLIC_URL, isWhole));
    const isCut = hasMore || answers.length < events.length;
    return jsonPage(
      answers.filter((answer) => answer !== ''),
      { nextAfter: isCut ? String(events[answers.length - 1]?.position) : null },
    );
  }
}
