import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

import { type BenchDatabase } from './bench-database.js';

const LOOK_MS = 20;
const LONGEST_ROUND_MS = 10 * 60_000;

/**
 * Has that many accounts due now.
 *
 * @returns the seconds from the first run that was queued to the end of the last
 */
export async function scheduledRound(database: BenchDatabase, count: number): Promise<number> {
  const [round] = await database.query<{ since: string }>(
    `with due as (update sync_lists set next_sync_at = now()
       where account_id in (select account_id from sync_lists order by account_id limit $1))
     select now()::text as since`,
    [count],
  );
  const client = database.connection;
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, AbortSignal.timeout(LONGEST_ROUND_MS)]);
  await client.query('listen contactstream_runs');
  try {
    for (;;) {
      const told = once(client, 'notification', { signal });
      told.catch(() => undefined);
      const [runs] = await database.query<{ over: number; ill: number; seconds: number }>(
        `select count(distinct account_id)::int as over, count(*) filter (where state <> 'succeeded')::int as ill,
           extract(epoch from max(finished_at) - min(queued_at))::float8 as seconds
         from sync_runs where finished_at is not null and queued_at >= $1::timestamptz`,
        [round?.since],
      );
      if (runs !== undefined && runs.ill > 0) throw new Error(`${runs.ill} scheduled syncs did not succeed`);
      if (runs?.over === count) return runs.seconds;
      await told.catch(() => {
        throw new Error(`Of ${count} scheduled syncs, ${runs?.over ?? 0} came to their end`);
      });
      // Each look takes time from the service.
      await delay(LOOK_MS);
    }
  } finally {
    over.abort();
    await client.query('unlisten contactstream_runs');
  }
}
