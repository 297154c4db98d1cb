import { type MikroORM } from '@mikro-orm/postgresql';
import { Client } from 'pg';

import { CONNECT_MS, KEEP_ALIVE_MS } from './orm.js';
import { limitStatements } from './statement-limit.js';

/** The key of the advisory lock that lets one process at a time migrate ("contacts" in ASCII). */
const MIGRATION_LOCK = '7165066978298918003';
const LOCK_TIMEOUT_MS = 60_000;

/**
 * Applies the migrations that are missing. Several processes may start at once: one works, the others wait.
 *
 * @param directUrl a connection past any transaction pooler, because the lock belongs to the session
 * @returns the names of the migrations that were applied
 */
export async function migrate(orm: MikroORM, directUrl: string): Promise<string[]> {
  const lock = new Client({
    connectionString: directUrl,
    application_name: 'contactstream migrate',
    connectionTimeoutMillis: CONNECT_MS,
    // Behind PostgreSQL's own, which says what it waited for.
    query_timeout: LOCK_TIMEOUT_MS + 5_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
  });
  await lock.connect();
  try {
    await lock.query(`set lock_timeout = ${LOCK_TIMEOUT_MS}`);
    await lock.query(`select pg_advisory_lock(${MIGRATION_LOCK})`);
    const applied = await limitStatements(null, () => orm.migrator.up());
    return applied.map(({ name }) => name);
  } finally {
    await lock.end();
  }
}

export async function pendingMigrations(orm: MikroORM): Promise<string[]> {
  const pending = await orm.migrator.getPending();
  return pending.map(({ name }) => name);
}
