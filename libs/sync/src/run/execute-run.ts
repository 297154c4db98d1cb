import { type SqlEntityManager } from '@mikro-orm/postgresql';
import {
  GoogleError,
  GoogleUnavailable,
  PageTokenRefused,
  type PeopleSource,
  type PeopleSources,
  RateLimited,
  SignInNeeded,
  SyncTokenExpired,
} from '#google-people';
import { boundSql, Problem } from '#platform';
import { type Logger } from 'pino';

import { type Account } from '../accounts/account.entity.js';
import { type Accounts } from '../accounts/accounts.js';
import { type Lease, LeaseLost, underLease } from '../lease/lease.js';
import { commitPage } from './commit-page.js';
import { failRun, finishRun } from './finish-run.js';
import { readPersons } from './read-persons.js';
import { readTally } from './read-tally.js';
import { type FallbackReason, type Run, RunEntity } from './run.entity.js';
import { type RunTally } from './run-tally.js';

/** How often a list whose page token is refused, or leads in a circle, begins again before the run gives up. */
const MOST_RESTARTS = 3;

/** A list so long that it must be repeating itself, in pages. */
const MOST_PAGES = 100_000;

/** A list that ended without a sync token: what it left out cannot be told from what was deleted. */
class ListIncomplete extends Error {
  override readonly name = 'ListIncomplete';
}

/** What a run needs besides its own row. */
export interface RunResources {
  readonly em: SqlEntityManager;
  readonly accounts: Accounts;
  readonly sources: PeopleSources;
  readonly log: Logger;
}

/**
 * Takes a run from where it stands to its end: first its pages, each in a transaction of its own, then
 * {@link finishRun}. It can be called for a run that another process left.
 *
 * @param signal stops it between two transactions, with the run left to be resumed
 * @throws what the database throws, and LeaseLost; the run is then left as it was, for whoever takes it over
 */
export async function executeRun(
  resources: RunResources,
  runId: string,
  lease: Lease,
  signal: AbortSignal,
): Promise<void> {
  const em = resources.em.fork();
  const run = await em.findOneOrFail(RunEntity, { id: runId }, { disableIdentityMap: true });
  const log = resources.log.child({ runId, accountId: run.accountId });
  try {
    const account = await resources.accounts.get(run.accountId);
    const source = resources.sources.open(resources.accounts.refreshTokenOf(account));
    if (run.state === 'queued') await begin(em, lease, run, account, resources.sources.requestFingerprint);
    const tally = await readTally(em, run);
    await fetchPages(resources, em, lease, run, source, tally, log, signal);
    await finishRun(em, lease, run, resources.sources.requestFingerprint, tally);
    log.info({ mode: run.mode, fallbackReason: run.fallbackReason, ...run.statistics }, 'sync run succeeded');
  } catch (error) {
    if (signal.aborted || error instanceof LeaseLost) throw error;
    const failure = describeFailure(error);
    if (error instanceof SignInNeeded) await resources.accounts.needsSignIn(run.accountId);
    log[failure.code === 'internal-error' ? 'error' : 'warn'](
      {
        code: failure.code,
        ...(failure.code === 'internal-error' ? { err: error } : { reason: failure.detail }),
      },
      'sync run failed',
    );
    await failRun(em, lease, run, failure);
  }
}

async function fetchPages(
  { sources }: RunResources,
  em: SqlEntityManager,
  lease: Lease,
  run: Run,
  source: PeopleSource,
  tally: RunTally,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  let page = await pagesOf(em, run);
  let restarts = 0;
  const followed = new Set<string>();
  while (run.pendingSyncToken == null) {
    signal.throwIfAborted();
    const request = {
      pageSize: sources.pageSize,
      pageToken: run.nextPageToken ?? null,
      syncToken: run.mode === 'incremental' ? (run.syncToken ?? null) : null,
    };
    let answer;
    try {
      answer = await source.fetchPage(request, signal);
      if (answer.nextPageToken !== null && (followed.has(answer.nextPageToken) || page >= MOST_PAGES)) {
        throw new PageTokenRefused('Google led the list in a circle');
      }
    } catch (error) {
      if (error instanceof SyncTokenExpired && run.mode === 'incremental') {
        log.info({ reason: error.message }, 'the sync token is expired, falling back to a full sync');
        await beginEpoch(em, lease, run, 'sync-token-expired');
      } else if (error instanceof PageTokenRefused && restarts < MOST_RESTARTS) {
        restarts += 1;
        log.warn({ reason: error.message }, 'the pages of the list begin again');
        await beginEpoch(em, lease, run, null);
      } else {
        throw error;
      }
      page = 0;
      followed.clear();
      continue;
    }
    page += 1;
    if (answer.nextPageToken !== null) followed.add(answer.nextPageToken);
    const progress = {
      page,
      nextPageToken: answer.nextPageToken,
      pendingSyncToken: answer.nextPageToken === null ? answer.nextSyncToken : null,
      totalItems: answer.totalItems,
    };
    await commitPage(em, lease, run, readPersons(answer.persons), progress, tally);
    if (answer.nextPageToken === null && answer.nextSyncToken === null) {
      throw new ListIncomplete(
        "Google's list ended without a sync token. What came is kept, nothing is deleted; try again later.",
      );
    }
  }
}

/** Decides how a run asks, from what the account's sync token is good for. */
async function begin(
  em: SqlEntityManager,
  lease: Lease,
  run: Run,
  account: Account,
  requestFingerprint: string,
): Promise<void> {
  run.state = 'running';
  run.mode = 'full';
  if (run.requestedMode !== 'full') {
    if (account.syncToken == null) run.fallbackReason = 'no-sync-token';
    else if (account.syncTokenRequest !== requestFingerprint) run.fallbackReason = 'request-changed';
    else {
      run.mode = 'incremental';
      run.syncToken = account.syncToken;
    }
  }
  const now = new Date();
  run.startedAt = now;
  run.epochStartedAt = now;
  await underLease(em, lease, async (tx) => {
    await boundSql(
      tx,
      `update sync_runs set state = 'running', mode = $2, fallback_reason = $3, sync_token = $4, started_at = $5,
       epoch_started_at = $5
     where id = $1`,
      [run.id, run.mode, run.fallbackReason ?? null, run.syncToken ?? null, now.toISOString()],
    );
    await boundSql(tx, `select pg_notify('contactstream_runs', $1)`, [run.id]);
  });
}

/** Lets the pages begin anew; marks and tombstones of earlier epochs no longer count. */
async function beginEpoch(
  em: SqlEntityManager,
  lease: Lease,
  run: Run,
  fallbackReason: FallbackReason | null,
): Promise<void> {
  run.epoch += 1;
  run.epochStartedAt = new Date();
  run.nextPageToken = null;
  if (fallbackReason !== null) {
    run.mode = 'full';
    run.fallbackReason = fallbackReason;
    run.syncToken = null;
  }
  await underLease(em, lease, (tx) =>
    boundSql(
      tx,
      `update sync_runs set epoch = $2, epoch_started_at = $3, next_page_token = null, mode = $4, fallback_reason = $5,
       sync_token = $6
     where id = $1`,
      [
        run.id,
        run.epoch,
        run.epochStartedAt.toISOString(),
        run.mode,
        run.fallbackReason ?? null,
        run.syncToken ?? null,
      ],
    ),
  );
}

async function pagesOf(em: SqlEntityManager, run: Run): Promise<number> {
  const [row] = await boundSql<{ pages: number }>(
    em,
    'select coalesce(max(page), 0) as pages from sync_run_pages where run_id = $1 and epoch = $2',
    [run.id, run.epoch],
  );
  return row?.pages ?? 0;
}

function describeFailure(error: unknown): { code: string; detail: string } {
  if (error instanceof Problem) return { code: error.code, detail: error.detail };
  if (error instanceof SignInNeeded) return { code: 'not-authenticated', detail: `${error.message}.` };
  if (error instanceof ListIncomplete) return { code: 'google-list-incomplete', detail: error.message };
  if (error instanceof RateLimited) {
    return { code: 'google-rate-limited', detail: `${error.message}. The next sync tries again.` };
  }
  if (error instanceof GoogleUnavailable) {
    return { code: 'google-unavailable', detail: `${error.message}. The next sync tries again.` };
  }
  if (error instanceof GoogleError) return { code: 'google-unavailable', detail: `${error.message}.` };
  return {
    code: 'internal-error',
    detail: 'An unexpected error ended the run; the log says more under its runId.',
  };
}
