import { setTimeout as delay } from 'node:timers/promises';

import { type MikroORM, type SqlEntityManager } from '@mikro-orm/postgresql';
import { type Client } from 'pg';

import { boundSql } from './bound-sql.js';
import { type LockWait, sessionInWords, watchWaits } from './lock-waits.js';
import { LOCK_WAIT_MS, MIGRATING } from './migration-limits.js';
import { type DatabaseParts, MIGRATIONS_TABLE } from './orm.js';
import { ownClient } from './own-client.js';
import { isLockedOut } from './passing-error.js';
import { limitStatements } from './statement-limit.js';

/** The key of the advisory lock that lets one process at a time migrate ("contacts" in ASCII). */
const MIGRATION_LOCK = '7165066978298918003';
const LOCK_TIMEOUT_MS = 60_000;
const LOOK_MS = 100;
const ANSWER_MS = 5_000;
const ATTEMPTS = 6;
const PAUSE_MS = 2_000;

/**
 * Applies the migrations that are missing. Several processes may start at once: one works, the others wait.
 *
 * @param directUrl a connection past any transaction pooler, because the lock belongs to the session
 * @param afterwards is done before others may migrate, also where nothing was missing; may be done again
 * @returns the names of the migrations that were applied
 * @throws Error that says what to do
 */
export async function migrate(
  orm: MikroORM,
  directUrl: string,
  afterwards: () => Promise<void> = () => Promise.resolve(),
): Promise<string[]> {
  const lock = ownClient(directUrl, MIGRATING, ANSWER_MS);
  await lock.connect();
  try {
    await takeLock(lock);
    return await limitStatements(null, async () => {
      const missing = await orm.migrator.getPending();
      await inTurn(orm, lock, async () => {
        await orm.migrator.up();
        await afterwards();
      });
      return missing.map(({ name }) => name);
    });
  } finally {
    await lock.end();
  }
}

/**
 * Changes the schema, again where others hold what it needs. Between two attempts those go on who stood behind it: a
 * request for a lock keeps out whoever comes after it, also those who would share the lock with its holder.
 */
async function inTurn(orm: MikroORM, client: Client, change: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const waits = watchWaits(client);
    try {
      await change();
      return;
    } catch (error) {
      if (!isLockedOut(error)) throw error;
      if (attempt === ATTEMPTS) {
        const [next] = await orm.migrator.getPending();
        const what = next === undefined ? 'Giving the service its rights' : `Migration ${next.name}`;
        throw new Error(`${what} ${lockedOut(await waits.last())}`, { cause: error });
      }
    } finally {
      await waits.stop();
    }
    await delay(PAUSE_MS);
  }
}

function lockedOut(wait: LockWait | null): string {
  const before = `did not get a lock in ${ATTEMPTS} attempts of ${LOCK_WAIT_MS / 1_000} s`;
  const after =
    'Nothing of it was done, and what came before it stays. Start again when that session is done';
  if (wait === null) return `${before}. ${after}; pg_locks shows who holds what.`;
  const { table, pid } = wait;
  return (
    `${before}: ${table === null ? 'it' : `table "${table}"`} is held by ${sessionInWords(wait)}. ${after}, ` +
    `or end it: select pg_terminate_backend(${pid});`
  );
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
          `Start again when it is done; pg_stat_activity shows it as "${MIGRATING}".`,
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
