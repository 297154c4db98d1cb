import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Accounts, ChangeAccountCommand, ConnectSubjectsCommand } from '#accounts';
import { country, type Page } from '#platform';
import { ACCOUNT_SORTS, Timeline } from '#sync';
import { z } from 'zod';

import { Audited } from '../audit/audited.js';
import { auditEntryId } from '../audit/request-audit.js';
import { OfAccount } from '../http/account.guard.js';
import { openApiSchema, pageOf } from '../http/answers.js';
import { Problems } from '../http/problem-answers.js';
import { durationParameter, flagParameter, pageParameters, searchParameter } from '../http/query-schemas.js';
import { NeedsScope } from '../http/scope.guard.js';
import { healthSchema } from '../standing/standing-answer.js';
import { type AccountAnswer, accountSchema } from './account-answer.js';
import { AccountAnswers } from './account-answers.js';
import { reference } from './reference-schema.js';
import { timelineItem, type TimelineItemAnswer, timelineItemSchema } from './timeline-answer.js';

const MOST_IDS = 100;

const listQuery = z.strictObject({
  q: searchParameter,
  state: accountSchema.shape.state.optional(),
  health: z
    .union([healthSchema.transform((one) => [one]), z.array(healthSchema)])
    .optional()
    .describe('One, or several by repeating it'),
  needsPerson: flagParameter
    .optional()
    .describe('Only those that do not mend themselves, or only the others'),
  id: z
    .union([z.uuid().transform((one) => [one]), z.array(z.uuid()).max(MOST_IDS)])
    .optional()
    .describe(`Only the account of this id, or those of up to ${MOST_IDS} by repeating it`),
  accountId: z.uuid().optional().describe('Only this account'),
  reference: reference.optional().describe('Only the account that has it'),
  sort: z
    .enum(ACCOUNT_SORTS)
    .default('connectedAt')
    .describe(
      'With - before it: the other way round. trouble: what needs a person, then what is failing, late, paused, fresh, ' +
        'disconnected; of each, the longest without a good run first, fresh ones by name',
    ),
  ...pageParameters,
});

/** The same in a body, with numbers, flags and lists as JSON has them. */
const searchBody = listQuery
  .extend({
    health: z.array(healthSchema).optional(),
    needsPerson: z.boolean().optional(),
    id: z.array(z.uuid()).max(MOST_IDS).optional(),
    limit: z.int().min(1).max(500).default(50),
  })
  .prefault({});

const LISTED = {
  status: 200,
  description: 'A page of accounts',
  schema: openApiSchema(pageOf(accountSchema)),
};

const timelineQuery = z.strictObject(pageParameters);

const changeSchema = z.strictObject({
  interval: durationParameter
    .nullable()
    .optional()
    .describe('Time between its scheduled syncs, a number and s, m, h or d; null: SYNC_INTERVAL'),
  reference: reference.nullable().optional().describe('What another product calls it; null: nothing'),
  paused: z.boolean().optional().describe('Whether its schedule rests; syncs that are asked for are done'),
  region: country.nullable().optional().describe('Two letters (ISO 3166), such as DE; null: DEFAULT_REGION'),
});

const subjectsSchema = z.strictObject({
  subjects: z
    .array(z.email().max(254))
    .min(1)
    .max(1_000)
    .describe('The addresses of the persons; one that comes twice counts once'),
});

const connectedSchema = z.object({
  subject: z.string(),
  accountId: z.uuid().nullable(),
  outcome: z
    .enum(['connected', 'not-permitted', 'unknown-subject', 'failed'])
    .describe(
      'not-permitted: their organization does not let the service account read contacts; unknown-subject: Google knows nobody of this address; failed: Google did not answer, or refused the service account itself, as the log says',
    ),
});

@ApiTags('accounts')
@Controller('api/accounts')
@NeedsScope('operate')
export class AccountsController {
  constructor(
    private readonly accounts: Accounts,
    private readonly answers: AccountAnswers,
    private readonly timeline: Timeline,
    private readonly commands: CommandBus,
  ) {}

  @Get()
  @OfAccount('query')
  @ApiOperation({ summary: 'The Google accounts that are, or were, connected' })
  @ApiResponse(LISTED)
  @Problems('invalid-cursor')
  async list(@Query({ schema: listQuery }) query: z.infer<typeof listQuery>): Promise<Page<AccountAnswer>> {
    return this.page(query);
  }

  @Audited(null)
  @Post('search')
  @HttpCode(200)
  @OfAccount('body')
  @ApiOperation({ summary: 'The same, asked for in the body, so that no name stands in an address' })
  @ApiBody({ required: false, schema: openApiSchema(searchBody, 'input') })
  @ApiResponse(LISTED)
  @Problems('invalid-cursor', 'account-not-found')
  async search(@Body({ schema: searchBody }) body: z.infer<typeof searchBody>): Promise<Page<AccountAnswer>> {
    return this.page(body);
  }

  @Get(':id')
  @OfAccount('path')
  @ApiOperation({ summary: 'One account' })
  @ApiResponse({ status: 200, description: 'The account', schema: openApiSchema(accountSchema) })
  @Problems('account-not-found')
  async one(@Param('id', { schema: z.uuid() }) id: string): Promise<AccountAnswer> {
    return this.answers.one(id);
  }

  @Get(':id/timeline')
  @OfAccount('path')
  @ApiOperation({ summary: 'What happened in an account, and who did it, newest first' })
  @ApiResponse({
    status: 200,
    description: 'A page of its timeline',
    schema: openApiSchema(pageOf(timelineItemSchema)),
  })
  @Problems('account-not-found', 'invalid-cursor')
  async happened(
    @Param('id', { schema: z.uuid() }) id: string,
    @Query({ schema: timelineQuery }) page: z.infer<typeof timelineQuery>,
  ): Promise<Page<TimelineItemAnswer>> {
    await this.accounts.get(id);
    const { items, nextCursor } = await this.timeline.of(id, page);
    return { items: items.map(timelineItem), nextCursor };
  }

  @Audited('account.connect')
  @Post()
  @HttpCode(200)
  @NeedsScope('admin')
  @ApiOperation({
    summary: 'Connects the accounts of persons for whom the service account may act (domain-wide delegation)',
  })
  @ApiBody({ schema: openApiSchema(subjectsSchema) })
  @ApiResponse({
    status: 200,
    description: 'What became of each person, in the order of the request; each once',
    schema: openApiSchema(z.object({ items: z.array(connectedSchema) })),
  })
  @Problems('invalid-request', 'delegation-not-configured', 'not-found')
  async connect(
    @Body({ schema: subjectsSchema }) { subjects }: z.infer<typeof subjectsSchema>,
  ): Promise<{ items: z.infer<typeof connectedSchema>[] }> {
    return { items: await this.commands.execute(new ConnectSubjectsCommand(subjects)) };
  }

  @Audited('account.change')
  @Patch(':id')
  @OfAccount('path')
  @NeedsScope('admin')
  @ApiOperation({ summary: 'Changes what an account is set to; what is left out stays' })
  @ApiBody({ schema: openApiSchema(changeSchema) })
  @ApiResponse({ status: 200, description: 'The account as it is now', schema: openApiSchema(accountSchema) })
  @Problems('invalid-request', 'account-not-found', 'account-erasing', 'reference-taken')
  async change(
    @Param('id', { schema: z.uuid() }) id: string,
    @Body({ schema: changeSchema }) change: z.infer<typeof changeSchema>,
  ): Promise<AccountAnswer> {
    await this.commands.execute(new ChangeAccountCommand(id, change, auditEntryId()));
    return this.answers.one(id);
  }

  private page({ state, id, ...query }: z.infer<typeof listQuery>): Promise<Page<AccountAnswer>> {
    return this.answers.list({ ...query, ids: id, accountState: state });
  }
}
