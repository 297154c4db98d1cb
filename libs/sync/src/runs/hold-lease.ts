import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type Logger } from 'pino';

import { type Lease, LEASE_SECONDS, LeaseLost, releaseLease, renewLease } from './lease.js';

const RENEW_MS = (LEASE_SECONDS * 1_000) / 3;

/**
 * Renews a lease while work goes on under it, and gives it back at the end.
 *
 * @param work its signal aborts with LeaseLost when someone else has taken the lease over
 */
export async function holdLease<T>(
  em: SqlEntityManager,
  lease: Lease,
  log: Logger,
  work: (lost: AbortSignal) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  let renewing: Promise<void> = Promise.resolve();
  const renewal = setInterval(() => {
    renewing = renewLease(em.fork(), lease).catch((error: unknown) => {
      if (error instanceof LeaseLost) lost.abort(error);
      else
        log.warn({ accountId: lease.accountId, err: error }, 'the lease could not be renewed, trying again');
    });
  }, RENEW_MS);
  try {
    return await work(lost.signal);
  } finally {
    clearInterval(renewal);
    await renewing;
    if (lease.isGivenBack !== true) {
      await releaseLease(em.fork(), lease).catch((error: unknown) => {
        log.warn(
          { accountId: lease.accountId, err: error },
          'the lease could not be given back, it ends by itself',
        );
      });
    }
  }
}
