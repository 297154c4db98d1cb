import { type MikroORM } from '@mikro-orm/postgresql';
import { Client } from 'pg';

/** The key of the advisory lock that lets one process at a time migrate ("contacts" in ASCII). */
const MIGRATION_LOCK = '7165066978298918003';
const LOCK_TIMEOUT = '60s';

/**
 * Applies the migrations that are missing. Several processes may start at once: one works, the others wait.
 *
 * @param directUrl a connection past any transaction pooler, because the lock belongs to the session
 * @returns the names of the migrations that were applied
 */
export async function migrate(orm: MikroORM, directUrl: string): Promise<string[]> {
  const lock = new Client({ connectionString: directUrl, application_name: 'contactstream migrate' });
  await lock.connect();
  try {
    await lock.query(`set lock_timeout = '${LOCK_TIMEOUT}'`);
    await lock.query(`select pg_advisory_lock(${MIGRATION_LOCK})`);
    const applied = await orm.migrator.up();
    return applied.map(({ name }) => name);
  } finally {
    await lock.end();
  }
}

export async function pendingMigrations(orm: MikroORM): Promise<string[]> {
  const pending = await orm.migrator.getPending();
  return pending.map(({ name }) => name);
}
