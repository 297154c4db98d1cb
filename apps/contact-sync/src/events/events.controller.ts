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
import { eventAnswers, eventSchema, TYPES } from './event-answers.js';

const listQuery = z.strictObject({
  after: positionParameter.optional().describe('Only events behind this position'),
  before: positionParameter
    .optional()
    .describe('Only events ahead of this position, the newest of them first'),
  accountId: z.uuid().optional(),
  contactId: z.uuid().optional(),
  type: z.enum(TYPES).optional(),
  limit: limitParameter(1000, 100),
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
      'The event log as consumers get it: CloudEvents 1.0 in JSON, in position order, or backwards from `before`; 4 MB at ' +
      'most, and one event at least',
  })
  @ApiResponse({
    status: 200,
    description:
      'A page of events; `nextAfter` is the `after` of the next page, null at the end of the log. With `before`, `nextBefore` is ' +
      'the `before` of the next page, null where there is nothing older',
    schema: openApiSchema(
      z.object({
        items: z.array(eventSchema),
        nextAfter: z.string().nullable(),
        nextBefore: z.string().nullable().optional().describe('Only where `before` was given'),
      }),
    ),
  })
  async list(
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
    @AskedBy() principal: Principal,
  ): Promise<string> {
    const isWhole = mayRead(principal);
    const { events, hasMore } = await readPage(this.em.fork(), {
      after: query.after,
      before: query.before,
      isBackwards: query.before !== undefined,
      accountId: query.accountId,
      streamId: query.contactId,
      type: query.type,
      limit: query.limit,
      bytes: LARGEST_PAGE_BYTES,
      members: isWhole ? undefined : MASKED_MEMBERS,
    });
    const answers = fitting(eventAnswers(events, this.configuration.PUBLIC_URL, isWhole));
    const isCut = hasMore || answers.length < events.length;
    const next = isCut ? String(events[answers.length - 1]?.position) : null;
    return jsonPage(
      answers.filter((answer) => answer !== ''),
      query.before === undefined ? { nextAfter: next } : { nextAfter: null, nextBefore: next },
    );
  }
}
