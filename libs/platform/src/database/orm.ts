import { type MigrationObject } from '@mikro-orm/core';
import { Migrator } from '@mikro-orm/migrations';
import { type EntitySchema, MikroORM, type Options } from '@mikro-orm/postgresql';

import { dropLostConnections } from './lost-connections.js';

/** Tables and their changes, as each library declares its own. */
export interface DatabaseParts {
  readonly entities: readonly EntitySchema[];
  readonly migrations: readonly MigrationObject[];
}

/** How long a transaction may stand open without a statement before PostgreSQL ends it and frees its locks. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;

export function ormOptions(databaseUrl: string, parts: DatabaseParts): Options {
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
      onPoolCreated: dropLostConnections,
    },
    forceUtcTimezone: true,
  };
}

/** @throws DriverException when the database cannot be reached */
export async function connectDatabase(databaseUrl: string, parts: DatabaseParts): Promise<MikroORM> {
  const orm = new MikroORM(ormOptions(databaseUrl, parts));
  await orm.connect();
  return orm;
}
