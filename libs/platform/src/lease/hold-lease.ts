import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type Logger } from 'pino';

import { type Notice } from '../database/bound-sql.js';
import { type Lease, LeaseLost } from './lease.js';
import { releaseLease } from './release-lease.sql.js';
import { renewLease } from './renew-lease.sql.js';

export interface HoldOptions {
  readonly log: Pick<Logger, 'warn'>;
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
  const renew = async (): Promise<void> => {
    try {
      await renewLease(em.fork(), lease);
      await onRenewal?.();
    } catch (error) {
      if (error instanceof LeaseLost) lost.abort(error);
      else log.warn({ lease: lease.name, err: error }, 'the lease could not be renewed, trying again');
    }
  };
  let isRenewing = false;
  let renewing: Promise<void> = Promise.resolve();
  const renewal = setInterval(() => {
    if (isRenewing) return;
    isRenewing = true;
    renewing = renew().finally(() => {
      isRenewing = false;
    });
  }, lease.durationMs / 3);
  try {
    return await work(lost.signal);
  } finally {
    clearInterval(renewal);
    await renewing;
    if (lease.isReleased !== true) {
      await releaseLease(em.fork(), lease, notices).catch((error: unknown) => {
        log.warn({ lease: lease.name, err: error }, 'the lease could not be released, it ends by itself');
      });
    }
  }
}
