import { type Client } from 'pg';

import { ownClient } from './own-client.js';

const ANSWER_MS = 5_000;

/** How often it is tried: a pooler may give out the connection that was used last, or each in turn. */
const TRIES = 5;

/** What a pooler says of a transaction where it pools single statements. */
const PROTOCOL_VIOLATION = '08P01';

/**
 * Whether a URL leads through a pooler of transactions or statements, such as PgBouncer: then what belongs to a session
 * (LISTEN, locks of the session, prepared statements) is lost from one to the next.
 *
 * A connection to PostgreSQL itself knows the number of its backend. One that does not leads through some pooler, and
 * that is one of transactions if the backend changes, or does the work of another connection as well.
 *
 * @throws what keeps it from being found out: the database cannot be reached
 */
export async function leadsThroughPooler(url: string): Promise<boolean> {
  return withClient(url, async (one) => {
    const backend = await backendOf(one);
    if (backend === (one as { processID?: number | null }).processID) return false;
    return withClient(url, (other) => isShared(one, other, backend));
  });
}

async function isShared(one: Client, other: Client, backend: number): Promise<boolean> {
  try {
    for (let time = 0; time < TRIES; time += 1) {
      await other.query('begin');
      // Asked first: a pooler with a single connection would now let the first one wait.
      if ((await backendOf(other)) === backend || (await backendOf(one)) !== backend) return true;
      await other.query('commit');
    }
    return false;
  } catch (error) {
    if ((error as { code?: unknown }).code === PROTOCOL_VIOLATION) return true;
    throw error;
  }
}

async function backendOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]?.pid ?? 0;
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = ownClient(url, 'contactstream', ANSWER_MS);
  // One that breaks while nothing is asked fails the next question.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}
