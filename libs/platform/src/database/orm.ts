import { type MigrationObject } from '@mikro-orm/core';
import { Migrator } from '@mikro-orm/migrations';
import { type EntitySchema, MikroORM, type Options } from '@mikro-orm/postgresql';
import { type Pool } from 'pg';

import { tendConnections } from './connections.js';
import { tellOfLacks } from './database-trouble.js';
import { limitedMigration } from './migration-limits.js';
import { countPool } from './pool-figures.js';
import { limitReaders } from './readers-share.js';

/** Tables and their changes, as each library declares its own. */
export interface DatabaseParts {
  readonly entities: readonly EntitySchema[];
  readonly migrations: readonly MigrationObject[];
}

/** Which migrations were applied. */
export const MIGRATIONS_TABLE = 'schema_migrations';

/** How long whoever needs a connection waits: for a place in the pool, and for a new one to be there. */
export const CONNECT_MS = 3_000;

/** After so long without a word TCP asks whether the other end is still there. */
export const KEEP_ALIVE_MS = 10_000;

/** @param isDirect false behind a transaction pooler, which may hand a statement to a session that did not prepare it */
export function ormOptions(databaseUrl: string, parts: DatabaseParts, isDirect = true): Options {
  return {
    clientUrl: databaseUrl,
    entities: [...parts.entities],
    extensions: [Migrator],
    migrations: {
      migrationsList: parts.migrations.map(limitedMigration),
      tableName: MIGRATIONS_TABLE,
      snapshot: false,
      silent: true,
      // Each by itself: an index of a large table is made outside of a transaction, so that nobody waits for it.
      allOrNothing: false,
    },
    pool: { min: 0, max: 10 },
    driverOptions: {
      // MikroORM takes host, port, user, password and database out of the URL, and drops what else it says: sslmode.
      connectionString: databaseUrl,
      connectionTimeoutMillis: CONNECT_MS,
      application_name: 'contactstream',
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      onPoolCreated: (pool: Pool) => {
        tendConnections(pool, { prepares: isDirect });
        countPool(pool, limitReaders(pool, CONNECT_MS));
        tellOfLacks(pool);
      },
    },
    forceUtcTimezone: true,
  };
}

/** As {@link ormOptions}. @throws DriverException when the database cannot be reached */
export async function connectDatabase(
  databaseUrl: string,
  parts: DatabaseParts,
  isDirect = true,
): Promise<MikroORM> {
  const orm = new MikroORM(ormOptions(databaseUrl, parts, isDirect));
  await orm.connect();
  return orm;
}
