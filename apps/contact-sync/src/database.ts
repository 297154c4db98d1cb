import { type MikroORM } from '@mikro-orm/postgresql';
import { contactFeedMigrations } from '#contact-feed';
import { eventStoreMigrations } from '#event-store';
import { type Configuration, connectDatabase, migrate, pendingMigrations } from '#platform';
import { readModelMigrations } from '#read-model';
import { syncEntities, syncMigrations } from '#sync';
import { type Logger } from 'pino';

const PARTS = {
  entities: syncEntities,
  migrations: [...eventStoreMigrations, ...syncMigrations, ...contactFeedMigrations, ...readModelMigrations],
};

/**
 * Connects, and brings the schema up to date or, with MIGRATE_ON_START=false, makes sure that it is.
 *
 * @throws Error that says what to do
 */
export async function openDatabase(configuration: Configuration, log: Logger): Promise<MikroORM> {
  const orm = await connect(configuration);
  if (configuration.MIGRATE_ON_START) {
    await applyMigrations(orm, configuration, log);
    return orm;
  }
  const pending = await pendingMigrations(orm);
  if (pending.length > 0) {
    await orm.close();
    throw new Error(
      `The database lacks ${pending.length} migrations (${pending.join(', ')}) and MIGRATE_ON_START is false. ` +
        'Run `npm run migrate` first.',
    );
  }
  return orm;
}

/** What `npm run migrate` does. */
export async function migrateDatabase(configuration: Configuration, log: Logger): Promise<void> {
  const orm = await connect(configuration);
  await applyMigrations(orm, configuration, log);
  await orm.close();
}

async function applyMigrations(orm: MikroORM, configuration: Configuration, log: Logger): Promise<void> {
  const applied = await migrate(orm, configuration.DATABASE_DIRECT_URL);
  if (applied.length > 0) log.info({ migrations: applied }, 'database schema brought up to date');
}

async function connect(configuration: Configuration): Promise<MikroORM> {
  try {
    return await connectDatabase(configuration.DATABASE_URL, PARTS);
  } catch (error) {
    const { host, pathname } = new URL(configuration.DATABASE_URL);
    throw new Error(
      `PostgreSQL at ${host}${pathname} cannot be used (${(error as Error).message}). Check DATABASE_URL.`,
      { cause: error },
    );
  }
}
