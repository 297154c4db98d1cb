import { type SqlEntityManager } from '@mikro-orm/postgresql';

import { type Run, RunEntity } from '../runs/run.entity.js';

/** More of them change nothing. */
const MOST = 6;
const LONGEST_PAUSE_SECONDS = 60;

/** The codes of the failures that came just before this run, the latest first; a run that did not fail ends them. */
export async function failuresBefore(em: SqlEntityManager, { id, accountId, list }: Run): Promise<string[]> {
  const earlier = await em.find(
    RunEntity,
    { accountId, list, id: { $ne: id } },
    { orderBy: { queuedAt: 'desc', id: 'desc' }, limit: MOST },
  );
  const end = earlier.findIndex(({ state }) => state !== 'failed');
  return earlier.slice(0, end === -1 ? MOST : end).map(({ errorCode }) => errorCode ?? '');
}

/** How long the schedule waits at least after so many failures in a row, in seconds; its interval may be longer. */
export function pauseAfter(failures: number): number {
  return Math.min(2 ** failures, LONGEST_PAUSE_SECONDS);
}
