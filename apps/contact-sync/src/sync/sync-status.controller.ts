import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ProjectQuota } from '#google-people';
import { ReadModelPosition } from '#read-model';
import { type AccountStanding, AccountStandings, HEALTHS, STANDING_STATES } from '#sync';
import { z } from 'zod';

import { AccountFacts } from '../accounts/account-facts.js';
import { OfAccount } from '../http/account.guard.js';
import { openApiSchema } from '../http/answers.js';
import { AskedBy, type Principal } from '../http/principal.js';
import { Problems } from '../http/problem-answers.js';
import { pageParameters, searchParameter } from '../http/query-schemas.js';
import { NeedsScope } from '../http/scope.guard.js';
import { RelayLag } from '../publishing/relay-lag.js';
import {
  healthSchema,
  intervalSeconds,
  intervalSecondsSchema,
  lagSchema,
  standingSchema,
  totalsSchema,
} from '../standing/standing-answer.js';
import { Troubles } from '../standing/troubles.js';
import { runDetail, runDetailSchema } from './run-answer.js';

const accountStatusSchema = z.object({
  accountId: z.uuid(),
  state: standingSchema,
  health: healthSchema,
  lastRun: runDetailSchema.nullable(),
  lastError: z.object({ code: z.string(), detail: z.string() }).nullable(),
  syncTokenObtainedAt: z.iso.datetime().nullable(),
  nextSyncAt: z.iso.datetime().nullable(),
  intervalSeconds: intervalSecondsSchema,
  nextFullSyncAt: z.iso.datetime().nullable(),
  contacts: z.int().describe('Live contacts'),
});

const statusSchema = z.object({
  totals: totalsSchema.describe('Of all accounts that the caller may see, whatever the page shows'),
  accounts: z.array(accountStatusSchema),
  nextCursor: z.string().nullable(),
  trouble: z
    .object({
      held: z.int().describe('Accounts that hold deletions'),
      quarantined: z.int().describe('Open entries of the quarantine'),
      deadLetters: z.int().nullable().describe('Open ones; null for those who are bound to an account'),
    })
    .describe('What waits for a person, beside accounts'),
  quota: z
    .object({
      limitPerMinute: z.int().describe('Requests that all processes together may send'),
      isLearned: z.boolean().describe('Google has said that more is too much'),
      usedLastMinute: z.int().describe('To the last few seconds'),
      until: z.iso
        .datetime()
        .nullable()
        .describe('When what was learned is forgotten, unless Google says so again; null where it was set'),
    })
    .nullable()
    .describe("Of Google's quota of the project; null: nothing limits, or the caller is bound to an account"),
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
    private readonly facts: AccountFacts,
    private readonly readModel: ReadModelPosition,
    private readonly relayLag: RelayLag,
    private readonly troubles: Troubles,
    private readonly quota: ProjectQuota,
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
    const [totals, page, projectionLag, relayLag, trouble, quota] = await Promise.all([
      this.standings.totals(query.accountId ?? null),
      this.standings.list({ ...query, health: query.health === undefined ? undefined : [query.health] }),
      isBound ? null : this.readModel.lag(),
      isBound ? undefined : this.relayLag.lag(),
      this.troubles.count(query.accountId ?? null),
      isBound ? null : this.quota.standing(),
    ]);
    const { held, quarantined, deadLetters } = trouble;
    return {
      totals,
      accounts: await this.statusOf(page.items),
      nextCursor: page.nextCursor,
      trouble: { held, quarantined, deadLetters: isBound ? null : deadLetters },
      quota,
      ...(relayLag === undefined ? {} : { relayLag }),
      projectionLag,
    };
  }

  private async statusOf(standings: readonly AccountStanding[]): Promise<AccountStatus[]> {
    const facts = await this.facts.of(standings);
    return facts.map(({ standing, contacts, ...fact }) => {
      const lastRun = fact.lastRun === null ? null : runDetail(fact.lastRun);
      return {
        accountId: standing.accountId,
        state: standing.state,
        health: standing.health,
        lastRun,
        lastError: lastRun?.error ?? null,
        syncTokenObtainedAt: fact.syncTokenObtainedAt?.toISOString() ?? null,
        nextSyncAt: fact.nextSyncAt?.toISOString() ?? null,
        intervalSeconds: intervalSeconds(standing),
        nextFullSyncAt: fact.nextFullSyncAt?.toISOString() ?? null,
        contacts,
      };
    });
  }
}
