import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ERASURE_STEPS, type Erasure, Erasures } from '#offboarding';
import { country, formatDuration } from '#platform';
import { ContactCounts } from '#read-model';
import {
  type Account,
  ACCOUNT_SORTS,
  Accounts,
  ChangeAccountCommand,
  ConnectSubjectsCommand,
} from '#accounts';
import { z } from 'zod';

import { Audited } from '../audit/audited.js';
import { OfAccount } from '../http/account.guard.js';
import { openApiSchema, pageOf } from '../http/answers.js';
import { Problems } from '../http/problem-answers.js';
import { durationParameter, pageParameters, searchParameter } from '../http/query-schemas.js';
import { NeedsScope } from '../http/scope.guard.js';
import { reference } from './reference-schema.js';

const accountSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  email: z.string().nullable(),
  reference: z.string().nullable().describe('What the product that had it connected calls it'),
  state: z.enum(['connected', 'needs-reauth', 'disconnected', 'erasing']),
  connectedAt: z.iso.datetime(),
  contacts: z.int().describe('Live contacts'),
  interval: z.string().nullable().describe('Time between its scheduled syncs; null: SYNC_INTERVAL'),
  paused: z.boolean().describe('Whether its schedule rests'),
  erasure: z
    .object({
      id: z.uuid().describe('The run of the deletions that it makes'),
      begunAt: z.iso.datetime(),
      step: z.enum(ERASURE_STEPS).describe('What it is doing, or waits for'),
    })
    .nullable()
    .describe('null unless its state is erasing'),
  region: z
    .string()
    .nullable()
    .describe('Where its phone numbers are dialled that do not tell their country; null: DEFAULT_REGION'),
});

const listQuery = z.strictObject({
  q: searchParameter,
  state: accountSchema.shape.state.optional(),
  accountId: z.uuid().optional().describe('Only this account'),
  reference: reference.optional().describe('Only the account that has it'),
  sort: z.enum(ACCOUNT_SORTS).default('connectedAt').describe('With - before it: the other way round'),
  ...pageParameters,
});

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

type AccountAnswer = z.infer<typeof accountSchema>;

@ApiTags('accounts')
@Controller('api/accounts')
@NeedsScope('operate')
export class AccountsController {
  constructor(
    private readonly accounts: Accounts,
    private readonly counts: ContactCounts,
    private readonly erasures: Erasures,
    private readonly commands: CommandBus,
  ) {}

  @Get()
  @OfAccount('query')
  @ApiOperation({ summary: 'The Google accounts that are, or were, connected' })
  @ApiResponse({
    status: 200,
    description: 'A page of accounts',
    schema: openApiSchema(pageOf(accountSchema)),
  })
  @Problems('invalid-cursor')
  async list(
    @Query({ schema: listQuery }) { accountId, ...query }: z.infer<typeof listQuery>,
  ): Promise<{ items: AccountAnswer[]; nextCursor: string | null }> {
    const page = await this.accounts.list({ ...query, id: accountId });
    return { items: await this.answers(page.items), nextCursor: page.nextCursor };
  }

  @Get(':id')
  @OfAccount('path')
  @ApiOperation({ summary: 'One account' })
  @ApiResponse({ status: 200, description: 'The account', schema: openApiSchema(accountSchema) })
  @Problems('account-not-found')
  async one(@Param('id', { schema: z.uuid() }) id: string): Promise<AccountAnswer> {
    return this.answer(await this.accounts.get(id));
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
    return this.answer(await this.commands.execute(new ChangeAccountCommand(id, change)));
  }

  private async answer(account: Account): Promise<AccountAnswer> {
    const [answer] = await this.answers([account]);
    if (answer === undefined) throw new Error('One account has one answer');
    return answer;
  }

  private async answers(accounts: readonly Account[]): Promise<AccountAnswer[]> {
    const ids = accounts.map(({ id }) => id);
    const erasing = accounts.filter(({ state }) => state === 'erasing').map(({ id }) => id);
    const [counts, erasures] = await Promise.all([this.counts.ofEach(ids), this.erasures.going(erasing)]);
    const erasureOf = new Map(erasures.map((erasure) => [erasure.accountId, erasure]));
    return accounts.map((account) =>
      accountAnswer(account, counts.get(account.id) ?? 0, erasureOf.get(account.id)),
    );
  }
}

function accountAnswer(account: Account, contacts: number, erasure: Erasure | undefined): AccountAnswer {
  return {
    id: account.id,
    name: account.name,
    email: account.email ?? null,
    reference: account.reference ?? null,
    state: account.state,
    connectedAt: account.connectedAt.toISOString(),
    contacts,
    interval: account.syncIntervalMs == null ? null : formatDuration(account.syncIntervalMs),
    paused: account.paused,
    erasure:
      erasure === undefined
        ? null
        : { id: erasure.id, begunAt: erasure.begunAt.toISOString(), step: erasure.step },
    region: account.region ?? null,
  };
}
