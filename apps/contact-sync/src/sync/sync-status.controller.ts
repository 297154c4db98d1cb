import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ContactQueries, ReadModelPosition } from '#read-model';
import { type Account, Accounts } from '#accounts';
import { type Run, Runs, SyncLists } from '#sync';
import { z } from 'zod';

import { openApiSchema } from '../http/answers.js';
import { AskedBy, maySee, type Principal } from '../http/principal.js';
import { NeedsScope } from '../http/scope.guard.js';
import { RelayLag } from '../publishing/relay-lag.js';
import { runDetail, runDetailSchema } from './run-answer.js';
import { SyncTimes } from './sync-times.js';

const lagSchema = z
  .object({ events: z.int(), seconds: z.number() })
  .nullable()
  .describe('How far behind; null when it cannot be known');

const statusSchema = z.object({
  accounts: z.array(
    z.object({
      accountId: z.uuid(),
      state: z.enum(['disconnected', 'needs-reauth', 'syncing', 'paused', 'held', 'error', 'idle']),
      lastRun: runDetailSchema.nullable(),
      lastError: z.object({ code: z.string(), detail: z.string() }).nullable(),
      syncTokenObtainedAt: z.iso.datetime().nullable(),
      nextSyncAt: z.iso.datetime().nullable(),
      nextFullSyncAt: z.iso.datetime().nullable(),
      contacts: z.int().describe('Live contacts'),
    }),
  ),
  relayLag: lagSchema.optional().describe('Left out without Kafka'),
  projectionLag: lagSchema,
});

@ApiTags('sync')
@Controller('api/sync/status')
@NeedsScope('operate')
export class SyncStatusController {
  constructor(
    private readonly accounts: Accounts,
    private readonly runs: Runs,
    private readonly lists: SyncLists,
    private readonly contacts: ContactQueries,
    private readonly readModel: ReadModelPosition,
    private readonly relayLag: RelayLag,
    private readonly times: SyncTimes,
  ) {}

  @Get()
  @ApiOperation({ summary: 'How each account and the service as a whole stand' })
  @ApiResponse({ status: 200, description: 'The status', schema: openApiSchema(statusSchema) })
  async status(@AskedBy() principal: Principal): Promise<z.infer<typeof statusSchema>> {
    const accounts = (await this.accounts.list()).filter(({ id }) => maySee(principal, id));
    const [states, projectionLag, relayLag] = await Promise.all([
      Promise.all(accounts.map((account) => this.statusOf(account))),
      this.readModel.lag(),
      this.relayLag.lag(),
    ]);
    return { accounts: states, ...(relayLag === undefined ? {} : { relayLag }), projectionLag };
  }

  private async statusOf(account: Account): Promise<z.infer<typeof statusSchema>['accounts'][number]> {
    const [run, list, contacts] = await Promise.all([
      this.runs.latest(account.id),
      this.lists.find(account.id, 'contacts'),
      this.contacts.countLive(account.id),
    ]);
    const lastRun = run === null ? null : runDetail(run);
    return {
      accountId: account.id,
      state: stateOf(account, run),
      lastRun,
      lastError: lastRun?.error ?? null,
      syncTokenObtainedAt: list?.syncTokenObtainedAt?.toISOString() ?? null,
      nextSyncAt: this.times.nextSync(account, list)?.toISOString() ?? null,
      nextFullSyncAt: this.times.nextFullSync(account, list)?.toISOString() ?? null,
      contacts,
    };
  }
}

function stateOf(
  account: Account,
  run: Run | null,
): 'disconnected' | 'needs-reauth' | 'syncing' | 'paused' | 'held' | 'error' | 'idle' {
  if (account.state === 'erasing') return 'disconnected';
  if (account.state !== 'connected') return account.state;
  if (run?.state === 'queued' || run?.state === 'running') return 'syncing';
  if (account.paused) return 'paused';
  switch (run?.state) {
    case 'failed':
      return 'error';
    case 'held':
      return 'held';
    case 'succeeded':
    case 'cancelled':
    case undefined:
      return 'idle';
  }
}
