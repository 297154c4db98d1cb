import { Client } from 'pg';

import { CONNECT_MS, KEEP_ALIVE_MS } from './orm.js';

/**
 * A connection beside the pool, for what belongs to a session.
 *
 * @param name as PostgreSQL shows it to people who look
 * @param answerMs how long each of its statements may take
 */
export function ownClient(url: string, name: string, answerMs: number): Client {
  return new Client({
    connectionString: url,
    application_name: name,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: answerMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
  });
}
