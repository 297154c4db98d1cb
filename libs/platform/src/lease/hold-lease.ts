import { type SqlEntityManager } from '@mikro-orm/postgresql';

import { Backoff } from '../backoff/backoff.js';
import { type Notice } from '../database/bound-sql.js';
import { type WorkLog } from '../log/work-log.js';
import { pause } from '../pause.js';
import { type Lease, LeaseLost } from './lease.js';
import { releaseLease } from './release-lease.sql.js';
import { renewLease } from './renew-lease.sql.js';

export interface HoldOptions {
  readonly log: WorkLog;
  /** Done after each renewal, three times within the lease's duration. */
  readonly onRenewal?: () => Promise<void>;
  /** Told when the lease is free. */
  readonly notices?: readonly Notice[];
}

/**
 * Renews a lease while work goes on under it, and releases it at the end.
 *
 * @param work its signal aborts with LeaseLost when someone else has taken the lease over
 */
export async function holdLease<T>(
  em: SqlEntityManager,
  lease: Lease,
  { log, onRenewal, notices = [] }: HoldOptions,
  work: (lost: AbortSignal) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  const outage = new Backoff('the renewal of a lease', log);
  const over = new AbortController();
  const renewing = renewUntil(over.signal, lease.durationMs / 3, outage, async () => {
    await renewLease(em.fork(), lease);
    await onRenewal?.();
  }).catch((error: unknown) => {
    lost.abort(error);
  });
  try {
    return await work(lost.signal);
  } finally {
    over.abort(OVER);
    await renewing;
    if (lease.isReleased !== true) {
      await releaseLease(em.fork(), lease, notices).catch((error: unknown) => {
        log.warn({ lease: lease.name, err: error }, 'the lease could not be released, it ends by itself');
      });
    }
  }
}

/** Made once: the error that a signal makes up by itself, with its stack, costs a short work a twentieth of its time. */
const OVER = new Error('the work under the lease is over');

/** @throws LeaseLost when someone else has taken it over */
async function renewUntil(
  over: AbortSignal,
  everyMs: number,
  outage: Backoff,
  renew: () => Promise<void>,
): Promise<void> {
  await pause(everyMs, over);
  while (!over.aborted) {
    try {
      await renew();
      outage.over();
      await pause(everyMs, over);
    } catch (error) {
      if (error instanceof LeaseLost) throw error;
      await outage.pause(error, over);
    }
  }
}
