import { type MikroORM } from '@mikro-orm/postgresql';

import { boundSql } from './bound-sql.js';
import { type DatabaseParts, MIGRATIONS_TABLE } from './orm.js';
import { ownClient } from './own-client.js';
import { limitStatements } from './statement-limit.js';

/** The key of the advisory lock that lets one process at a time migrate ("contacts" in ASCII). */
const MIGRATION_LOCK = '7165066978298918003';
const LOCK_TIMEOUT_MS = 60_000;

/**
 * Applies the migrations that are missing. Several processes may start at once: one works, the others wait.
 *
 * @param directUrl a connection past any transaction pooler, because the lock belongs to the session
 * @param afterwards is done before others may migrate, also where nothing was missing
 * @returns the names of the migrations that were applied
 */
export async function migrate(
  orm: MikroORM,
  directUrl: string,
  afterwards: () => Promise<void> = () => Promise.resolve(),
): Promise<string[]> {
  // Behind PostgreSQL's own limit, which says what it waited for.
  const lock = ownClient(directUrl, 'contactstream migrate', LOCK_TIMEOUT_MS + 5_000);
  await lock.connect();
  try {
    await lock.query(`set lock_timeout = ${LOCK_TIMEOUT_MS}`);
    await lock.query(`select pg_advisory_lock(${MIGRATION_LOCK})`);
    const applied = await limitStatements(null, async () => {
      const migrations = await orm.migrator.up();
      await afterwards();
      return migrations;
    });
    return applied.map(({ name }) => name);
  } finally {
    await lock.end();
  }
}

/** Changes nothing: MikroORM would create its table where it is missing. */
export async function pendingMigrations(orm: MikroORM, parts: DatabaseParts): Promise<string[]> {
  const [table] = await boundSql<{ found: boolean }>(
    orm.em.fork(),
    'select to_regclass($1) is not null as found',
    [MIGRATIONS_TABLE],
  );
  if (table?.found !== true) return parts.migrations.map(({ name }) => name);
  const pending = await orm.migrator.getPending();
  return pending.map(({ name }) => name);
}
