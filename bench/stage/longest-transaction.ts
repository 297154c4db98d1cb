import pg from 'pg';

import { type BenchDatabase } from './bench-database.js';

/** How long others have had a transaction open; a lock is held no longer. */
const AGE = `
  select coalesce(max(extract(epoch from clock_timestamp() - xact_start)), 0)::float8 * 1000 as ms
  from pg_stat_activity
  where datname = current_database() and pid <> all($1::int[]) and backend_type = 'client backend'`;

/**
 * Looks all the time until the task is over: transactions are seen to a few milliseconds of their end.
 *
 * @returns the age of the oldest transaction that was seen, in ms
 */
export async function longestTransaction(
  database: BenchDatabase,
  task: () => Promise<unknown>,
): Promise<number> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const pid = 'select pg_backend_pid() as pid';
  const ours = [
    ...(await client.query<{ pid: number }>(pid)).rows,
    ...(await database.query<{ pid: number }>(pid)),
  ];
  const pids = ours.map((row) => row.pid);
  const over = new AbortController();
  let longest = 0;
  const watching = (async () => {
    while (!over.signal.aborted) {
      const [age] = (await client.query<{ ms: number }>(AGE, [pids])).rows;
      longest = Math.max(longest, age?.ms ?? 0);
    }
  })();
  try {
    await task();
  } finally {
    over.abort();
    await watching;
    await client.end();
  }
  return longest;
}
