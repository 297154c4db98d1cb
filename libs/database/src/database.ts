import { type MikroORM } from '@mikro-orm/postgresql';
import { accessEntities, accessMigrations } from '#access';
import { accountEntities, accountMigrations } from '#accounts';
import { auditEntities, auditMigrations } from '#audit';
import { eventStoreMigrations } from '#event-store';
import { googleMigrations } from '#google-people';
import { offboardingEntities, offboardingMigrations } from '#offboarding';
import {
  boundSql,
  type Configuration,
  ConfigurationError,
  connectDatabase,
  counted,
  type DatabaseConfiguration,
  type DatabaseParts,
  databaseTrouble,
  type DatabaseUrls,
  leadsThroughPooler,
  migrate,
  Notifications,
  schemaStanding,
  platformMigrations,
} from '#platform';
import { publishingEntities, publishingMigrations } from '#publishing';
import { readModelEntities, readModelMigrations } from '#read-model';
import { syncEntities, syncMigrations } from '#sync';
import { type Logger } from 'pino';

import { letServiceWork, roleToServe, warnOfSuperuser } from './service-role.js';

/** The tables of every library. */
export const databaseParts: DatabaseParts = {
  entities: [
    ...accessEntities,
    ...accountEntities,
    ...syncEntities,
    ...publishingEntities,
    ...readModelEntities,
    ...offboardingEntities,
    ...auditEntities,
  ],
  // In the order of their numbers: they are carried out in the order of this list.
  migrations: [
    ...platformMigrations,
    ...eventStoreMigrations,
    ...syncMigrations,
    ...publishingMigrations,
    ...readModelMigrations,
    ...accessMigrations,
    ...accountMigrations,
    ...googleMigrations,
    ...offboardingMigrations,
    ...auditMigrations,
  ].toSorted((one, other) => one.name.localeCompare(other.name)),
};

/**
 * Connects, and brings the schema up to date or, with MIGRATE_ON_START=false, makes sure that it is.
 *
 * @throws Error that says what to do
 */
export async function openDatabase(configuration: Configuration, log: Logger): Promise<MikroORM> {
  const orm = await connect(configuration);
  await warnOfSuperuser(orm.em, log);
  if (configuration.MIGRATE_ON_START) {
    await applyMigrations(orm, configuration, log);
    return orm;
  }
  const { pending } = await schemaStanding(orm.em, databaseParts);
  if (pending.length > 0) {
    await orm.close();
    throw new Error(
      `The database lacks ${counted(pending.length, 'migration')} (${pending.join(', ')}) and MIGRATE_ON_START is false. ` +
        'Run `npm run migrate` first.',
    );
  }
  return orm;
}

/** Listens for notifications, and says so where they do not arrive; everything then waits for its slow poll. */
export async function openNotifications(
  configuration: Configuration,
  log: Logger,
  orm: MikroORM,
): Promise<Notifications> {
  const notifications = new Notifications(configuration.DATABASE_DIRECT_URL, log);
  await notifications.start();
  const notify = (payload: string): Promise<unknown> =>
    boundSql(orm.em.fork(), `select pg_notify('contactstream_work', $1)`, [payload]);
  if (!(await notifications.arrive('contactstream_work', notify))) {
    log.warn(
      'notifications of PostgreSQL do not arrive: DATABASE_URL and DATABASE_DIRECT_URL must lead to one database',
    );
  }
  return notifications;
}

/** What `npm run migrate` does. */
export async function migrateDatabase(configuration: DatabaseConfiguration, log: Logger): Promise<void> {
  const orm = await connect(configuration);
  await applyMigrations(orm, configuration, log);
  await orm.close();
}

/** @param service connected as the service is */
async function applyMigrations(
  service: MikroORM,
  { DATABASE_MIGRATE_URL: url, DATABASE_URL }: DatabaseConfiguration,
  log: Logger,
): Promise<void> {
  const migrating = url === DATABASE_URL ? service : await connectToMigrate(url);
  try {
    const role = await roleToServe(migrating.em, service.em);
    const applied = await migrate(migrating, url, async () => {
      if (role !== null) await letServiceWork(migrating.em, role, log);
    });
    if (applied.length > 0) log.info({ migrations: applied }, 'database schema brought up to date');
  } finally {
    if (migrating !== service) await migrating.close();
  }
}

async function connectToMigrate(url: string): Promise<MikroORM> {
  const variable = 'DATABASE_MIGRATE_URL';
  if (await usable(variable, url, leadsThroughPooler(url))) throw pooled(variable);
  return usable(variable, url, connectDatabase(url, databaseParts));
}

/**
 * Connects, and leaves the schema as it is.
 *
 * @throws ConfigurationError where only a transaction pooler can be reached, or Error that says what to do
 */
export async function connect({
  DATABASE_URL: url,
  DATABASE_DIRECT_URL: directUrl,
}: DatabaseUrls): Promise<MikroORM> {
  const isDirect = url === directUrl;
  const variable = isDirect ? 'DATABASE_URL' : 'DATABASE_DIRECT_URL';
  if (await usable(variable, directUrl, leadsThroughPooler(directUrl))) throw pooled(variable);
  return usable('DATABASE_URL', url, connectDatabase(url, databaseParts, isDirect));
}

async function usable<T>(variable: string, url: string, attempt: Promise<T>): Promise<T> {
  try {
    return await attempt;
  } catch (error) {
    const { host, pathname } = new URL(url);
    const trouble = databaseTrouble(error);
    const advice = trouble?.lack == null ? `Check ${variable}.` : trouble.mend;
    throw new Error(
      `PostgreSQL at ${host}${pathname} cannot be used (${(error as Error).message}). ${advice}`,
      { cause: error },
    );
  }
}

/** @param variable that leads through a transaction pooler */
function pooled(variable: keyof DatabaseUrls): ConfigurationError {
  return new ConfigurationError(
    variable === 'DATABASE_URL'
      ? 'DATABASE_DIRECT_URL is needed: DATABASE_URL leads through a transaction pooler. It must be a connection past ' +
          'it, to PostgreSQL itself, for notifications, locks of the session and migrations'
      : `${variable} is (hidden), and leads through a transaction pooler, but must be a connection past it, ` +
          'to PostgreSQL itself',
  );
}
