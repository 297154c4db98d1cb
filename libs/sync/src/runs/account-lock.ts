import { setTimeout as delay } from 'node:timers/promises';

import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { acquireLease, CodedError, holdLease, type Lease } from '#platform';
import { type Logger } from 'pino';

import { accountLease, LEASE_IS_FREE } from './account-lease.js';
import { Runs } from './runs.js';

/** How long such work waits for a lease that no run of the account has, and how often it looks. */
const PATIENCE_MS = 1_000;
const LOOK_MS = 50;

/** Work on an account's contacts that is no run: dry runs, approvals, replays. */
export class AccountLock {
  private readonly stopping = new AbortController();
  private readonly going = new Set<Promise<unknown>>();

  constructor(
    private readonly em: SqlEntityManager,
    private readonly owner: string,
    private readonly log: Logger,
  ) {}

  /**
   * @param work its signal aborts when the lease is lost, or this process is to stop
   * @throws CodedError sync-in-progress when a run of the account is going on, or other such work
   */
  async run<T>(accountId: string, work: (lease: Lease, signal: AbortSignal) => Promise<T>): Promise<T> {
    this.stopping.signal.throwIfAborted();
    const going = this.underLease(accountId, work);
    this.going.add(going);
    try {
      return await going;
    } finally {
      this.going.delete(going);
    }
  }

  /** Ends what only looks, lets what writes come to its end, and returns once every lease is given back. */
  async stop(): Promise<void> {
    this.stopping.abort(new CodedError('service-stopping', 'The service is stopping; try again.'));
    await Promise.allSettled(this.going);
  }

  private async underLease<T>(
    accountId: string,
    work: (lease: Lease, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const em = this.em.fork();
    const lease = await this.acquire(em, accountId);
    return holdLease(this.em, lease, { log: this.log, notices: [LEASE_IS_FREE] }, async (lost) => {
      const runId = await this.activeRun(accountId);
      if (runId !== null) throw syncInProgress(runId);
      return work(lease, AbortSignal.any([lost, this.stopping.signal]));
    });
  }

  /**
   * A worker may have the lease of a run that is over already, for a moment: it took a queued run that was cancelled
   * in the same moment, or one that another process has just ended.
   */
  private async acquire(em: SqlEntityManager, accountId: string): Promise<Lease> {
    const { signal } = this.stopping;
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const lease = await acquireLease(em, accountLease(accountId), this.owner);
      if (lease !== null) return lease;
      const runId = await this.activeRun(accountId);
      if (runId !== null) throw syncInProgress(runId);
      if (performance.now() > deadline) {
        throw new CodedError(
          'sync-in-progress',
          'The contacts of this account are being worked on; try again.',
        );
      }
      await delay(LOOK_MS, undefined, { signal }).catch(() => undefined);
      signal.throwIfAborted();
    }
  }

  private async activeRun(accountId: string): Promise<string | null> {
    const run = await new Runs(this.em).active(accountId);
    return run?.id ?? null;
  }
}

/** The answer to whoever wants to change an account's contacts while a run does. */
export function syncInProgress(runId: string): CodedError {
  return new CodedError(
    'sync-in-progress',
    `A sync of this account is going on. Look at it under /api/sync/runs/${runId}.`,
    { runId },
  );
}
