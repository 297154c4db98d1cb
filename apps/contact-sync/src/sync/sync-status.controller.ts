import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Accounts } from '#accounts';
import { ContactCounts, ReadModelPosition } from '#read-model';
import { AccountStandings, HEALTHS, Runs, STANDING_STATES, SyncLists } from '#sync';
import { z } from 'zod';

import { OfAccount } from '../http/account.guard.js';
import { openApiSchema } from '../http/answers.js';
import { AskedBy, type Principal } from '../http/principal.js';
import { Problems } from '../http/problem-answers.js';
import { pageParameters, searchParameter } from '../http/query-schemas.js';
import { NeedsScope } from '../http/scope.guard.js';
import { RelayLag } from '../publishing/relay-lag.js';
import { runDetail, runDetailSchema } from './run-answer.js';
import { SyncTimes } from './sync-times.js';

const lagSchema = z
  .object({ events: z.int(), seconds: z.number() })
  .nullable()
  .describe('How far behind; null when it cannot be known, and for those who are bound to an account');

const accountStatusSchema = z.object({
  accountId: z.uuid(),
  state: z.enum(STANDING_STATES).describe('The first that holds'),
  health: z
    .enum(HEALTHS)
    .describe(
      'The first that holds, whatever runs. failing: the last run failed; late: no good run within two intervals; ' +
        'without a schedule, fresh is a last run that succeeded',
    ),
  lastRun: runDetailSchema.nullable(),
  lastError: z.object({ code: z.string(), detail: z.string() }).nullable(),
  syncTokenObtainedAt: z.iso.datetime().nullable(),
  nextSyncAt: z.iso.datetime().nullable(),
  nextFullSyncAt: z.iso.datetime().nullable(),
  contacts: z.int().describe('Live contacts'),
});

const totalsSchema = z.object({
  accounts: z.int(),
  state: z.record(z.enum(STANDING_STATES), z.int()).describe('They add up to all accounts'),
  health: z.record(z.enum(HEALTHS), z.int()).describe('They add up to all accounts'),
});

const statusSchema = z.object({
  totals: totalsSchema.describe('Of all accounts that the caller may see, whatever the page shows'),
  accounts: z.array(accountStatusSchema),
  nextCursor: z.string().nullable(),
  relayLag: lagSchema.optional().describe('Left out without Kafka'),
  projectionLag: lagSchema,
});

const statusQuery = z.strictObject({
  state: z.enum(STANDING_STATES).optional(),
  health: z.enum(HEALTHS).optional(),
  q: searchParameter,
  accountId: z.uuid().optional().describe('Only this account'),
  ...pageParameters,
});

type AccountStatus = z.infer<typeof accountStatusSchema>;

@ApiTags('sync')
@Controller('api/sync/status')
@NeedsScope('operate')
export class SyncStatusController {
  constructor(
    private readonly standings: AccountStandings,
    private readonly accounts: Accounts,
    private readonly runs: Runs,
    private readonly lists: SyncLists,
    private readonly counts: ContactCounts,
    private readonly readModel: ReadModelPosition,
    private readonly relayLag: RelayLag,
    private readonly times: SyncTimes,
  ) {}

  @Get()
  @OfAccount('query')
  @ApiOperation({ summary: 'How each account and the service as a whole stand' })
  @ApiResponse({ status: 200, description: 'The status', schema: openApiSchema(statusSchema) })
  @Problems('invalid-cursor')
  async status(
    @Query({ schema: statusQuery }) query: z.infer<typeof statusQuery>,
    @AskedBy() principal: Principal,
  ): Promise<z.infer<typeof statusSchema>> {
    // How far the service is behind tells of all accounts.
    const isBound = principal.accountId !== null;
    const [totals, page, projectionLag, relayLag] = await Promise.all([
      this.standings.totals(query.accountId ?? null),
      this.standings.list(query),
      isBound ? null : this.readModel.lag(),
      isBound ? undefined : this.relayLag.lag(),
    ]);
    return {
      totals,
      accounts: await this.statusOf(page.items),
      nextCursor: page.nextCursor,
      ...(relayLag === undefined ? {} : { relayLag }),
      projectionLag,
    };
  }

  private async statusOf(
    standings: readonly Pick<AccountStatus, 'accountId' | 'state' | 'health'>[],
  ): Promise<AccountStatus[]> {
    const ids = standings.map(({ accountId }) => accountId);
    const [accounts, runs, lists, counts] = await Promise.all([
      this.accounts.listOf(ids),
      this.runs.latest(ids),
      this.lists.findEach(ids, 'contacts'),
      this.counts.ofEach(ids),
    ]);
    const accountOf = new Map(accounts.map((account) => [account.id, account]));
    const runOf = new Map(runs.map((run) => [run.accountId, runDetail(run)]));
    const listOf = new Map(lists.map((list) => [list.accountId, list]));
    return standings.flatMap(({ accountId, state, health }) => {
      const account = accountOf.get(accountId);
      // Erased between the two looks.
      if (account === undefined) return [];
      const [lastRun, list] = [runOf.get(accountId) ?? null, listOf.get(accountId)];
      return {
        accountId,
        state,
        health,
        lastRun,
        lastError: lastRun?.error ?? null,
        syncTokenObtainedAt: list?.syncTokenObtainedAt?.toISOString() ?? null,
        nextSyncAt: this.times.nextSync(account, list)?.toISOString() ?? null,
        nextFullSyncAt: this.times.nextFullSync(account, list)?.toISOString() ?? null,
        contacts: counts.get(accountId) ?? 0,
      };
    });
  }
}
