import { setTimeout as delay } from 'node:timers/promises';

import { type MikroORM, type SqlEntityManager } from '@mikro-orm/postgresql';
import { type Client } from 'pg';

import { boundSql } from './bound-sql.js';
import { type DatabaseParts, MIGRATIONS_TABLE } from './orm.js';
import { ownClient } from './own-client.js';
import { limitStatements } from './statement-limit.js';

/** The key of the advisory lock that lets one process at a time migrate ("contacts" in ASCII). */
const MIGRATION_LOCK = '7165066978298918003';
const LOCK_TIMEOUT_MS = 60_000;
const LOOK_MS = 100;
const ANSWER_MS = 5_000;

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
  const lock = ownClient(directUrl, 'contactstream migrate', ANSWER_MS);
  await lock.connect();
  try {
    await takeLock(lock);
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

/** By asking again: a statement that waits for the lock has a snapshot, and an index that is made online waits for that. */
async function takeLock(client: Client): Promise<void> {
  const deadline = performance.now() + LOCK_TIMEOUT_MS;
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>(
      `select pg_try_advisory_lock(${MIGRATION_LOCK}) as taken`,
    );
    if (rows[0]?.taken === true) return;
    if (performance.now() > deadline) {
      throw new Error(
        `Another process has been changing the schema for ${LOCK_TIMEOUT_MS / 1_000} s. ` +
          'Start again when it is done; pg_stat_activity shows it as "contactstream migrate".',
      );
    }
    await delay(LOOK_MS);
  }
}

/** How the schema stands to what this version knows. */
export interface SchemaStanding {
  /** Migrations that are missing. */
  readonly pending: readonly string[];
  /** Migrations that a newer version has made. */
  readonly unknown: readonly string[];
}

/** Changes nothing: MikroORM would create its table where it is missing. */
export async function schemaStanding(
  em: SqlEntityManager,
  { migrations }: Pick<DatabaseParts, 'migrations'>,
): Promise<SchemaStanding> {
  const applied = await appliedMigrations(em.fork());
  const known = migrations.map(({ name }) => name);
  return {
    pending: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  };
}

async function appliedMigrations(em: SqlEntityManager): Promise<string[]> {
  const [table] = await boundSql<{ found: boolean }>(em, 'select to_regclass($1) is not null as found', [
    MIGRATIONS_TABLE,
  ]);
  if (table?.found !== true) return [];
  const rows = await boundSql<{ name: string }>(em, `select name from ${MIGRATIONS_TABLE} order by id`);
  return rows.map(({ name }) => name);
}
