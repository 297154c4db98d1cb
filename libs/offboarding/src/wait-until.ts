import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, type Subscriptions, WakeUp } from '#platform';

/** Behind the notifications, in case one was lost. */
const POLL_MS = 250;

/** Tells the workers that there is work, and whoever waits that some is done. */
export async function wakeOffboarding(em: SqlEntityManager): Promise<void> {
  await boundSql(em.fork(), `select pg_notify('contactstream_offboarding', '')`);
}

/** @returns whether it came to be so in time */
export async function waitUntil(
  notifications: Subscriptions,
  isSo: () => Promise<boolean>,
  timeoutMs: number,
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  const news = new WakeUp(notifications, 'contactstream_offboarding');
  try {
    for (;;) {
      if (await isSo()) return true;
      const left = deadline - performance.now();
      if (left <= 0) return false;
      await news.wait(Math.min(left, POLL_MS));
    }
  } finally {
    news.close();
  }
}
