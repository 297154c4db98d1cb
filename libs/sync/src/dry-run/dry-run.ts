import { randomUUID } from 'node:crypto';

import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactEvent } from '#contact';
import { SignInNeeded } from '#google-people';
import { type Lease } from '#platform';

import { type Account } from '#accounts';
import { chooseMode } from '../worker/begin-run.js';
import { commitPage } from '../pages/commit-page.js';
import { finishRun } from '../worker/finish-run.js';
import { listPages, type PageProgress, type PageSink } from '../pages/list-pages.js';
import { type ReadPage } from '../pages/read-persons.js';
import { RunFailed, runFailure } from '../worker/run-failure.js';
import { type SyncDependencies } from '../runs/sync-dependencies.js';
import { RunTally } from '../runs/run-tally.js';
import {
  type FallbackReason,
  NO_STATISTICS,
  type RequestedMode,
  type Run,
  RunEntity,
} from '../runs/run.entity.js';

/** What a run would do. */
export interface DryRun {
  readonly run: Run;
  readonly events: readonly ContactEvent[];
}

/** Ends the transaction of a rehearsal, which must never commit. */
class RolledBack extends Error {}

/**
 * A dry run. It fetches the pages first and then goes through the very same statements as a real run, in one
 * transaction that is rolled back, except that its events are collected instead of appended: the append's lock would
 * keep every other account waiting.
 *
 * @throws RunFailed where a real run would fail
 */
export async function dryRun(
  resources: SyncDependencies,
  account: Account,
  requestedMode: RequestedMode,
  lease: Lease,
  signal: AbortSignal,
): Promise<DryRun> {
  const { accounts, sources, deletionGuard, log } = resources;
  const run = queuedRun(resources.em.fork(), account.id, requestedMode);
  chooseMode(run, account, sources.requestFingerprint);
  const pages = new RememberedPages(run);
  try {
    await listPages(
      sources.open(accounts.refreshTokenOf(account)),
      sources.pageSize,
      pages,
      Promise.resolve(),
      log,
      signal,
    );
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SignInNeeded) await accounts.needsSignIn(account.id);
    throw new RunFailed(runFailure(error), { cause: error });
  }
  const events: ContactEvent[] = [];
  const append = (more: readonly ContactEvent[]): [] => {
    events.push(...more);
    return [];
  };
  try {
    await resources.em.fork().transactional(async (em) => {
      // As one that is over: a run that is asked for meanwhile waits for the lease, and must not collide with this row.
      await em.insert(RunEntity, { ...run, state: 'cancelled' });
      const settings = { requestFingerprint: sources.requestFingerprint, deletionGuard };
      const context = { em, lease, run, tally: new RunTally(), append, settings };
      for (const { page, progress } of pages.all) await commitPage(context, page, progress);
      await finishRun(context);
      throw new RolledBack();
    });
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error;
  }
  return { run, events };
}

class RememberedPages implements PageSink {
  all: { page: ReadPage; progress: PageProgress }[] = [];

  constructor(readonly run: Run) {}

  get pages(): number {
    return this.all.length;
  }

  beginEpoch(fallbackReason: FallbackReason | null): Promise<void> {
    this.all = [];
    this.run.nextPageToken = null;
    if (fallbackReason !== null) {
      this.run.mode = 'full';
      this.run.fallbackReason = fallbackReason;
    }
    return Promise.resolve();
  }

  add(page: ReadPage, progress: PageProgress): Promise<void> {
    this.all.push({ page, progress });
    this.run.nextPageToken = progress.nextPageToken;
    this.run.pendingSyncToken = progress.pendingSyncToken;
    return Promise.resolve();
  }
}

function queuedRun(em: SqlEntityManager, accountId: string, requestedMode: RequestedMode): Run {
  const now = new Date();
  return em.create(
    RunEntity,
    {
      id: randomUUID(),
      accountId,
      requestedMode,
      mode: 'full',
      trigger: 'manual',
      state: 'queued',
      epoch: 1,
      epochStartedAt: now,
      statistics: NO_STATISTICS,
      queuedAt: now,
      startedAt: now,
    },
    { persist: false },
  );
}
