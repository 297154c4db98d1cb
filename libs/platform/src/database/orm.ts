import { type MigrationObject } from '@mikro-orm/core';
import { Migrator } from '@mikro-orm/migrations';
import { type EntitySchema, MikroORM, type Options } from '@mikro-orm/postgresql';
import { type Pool } from 'pg';

import { tendConnections } from './connections.js';

/** Tables and their changes, as each library declares its own. */
export interface DatabaseParts {
  readonly entities: readonly EntitySchema[];
  readonly migrations: readonly MigrationObject[];
}

/** How long a transaction may stand open without a statement before PostgreSQL ends it and frees its locks. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;

/** @param isDirect false behind a transaction pooler, which may hand a statement to a session that did not prepare it */
export function ormOptions(databaseUrl: string, parts: DatabaseParts, isDirect = true): Options {
  return {
    clientUrl: databaseUrl,
    entities: [...parts.entities],
    extensions: [Migrator],
    migrations: {
      migrationsList: [...parts.migrations],
      tableName: 'schema_migrations',
      snapshot: false,
      silent: true,
      allOrNothing: true,
    },
    pool: { min: 0, max: 10 },
    driverOptions: {
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
      connectionTimeoutMillis: 10_000,
      application_name: 'contactstream',
      keepAlive: true,
      onPoolCreated: (pool: Pool) => {
        tendConnections(pool, { prepares: isDirect });
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
