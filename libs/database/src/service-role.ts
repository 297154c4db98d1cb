import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { ConfigurationError } from '#platform';
import { type Logger } from 'pino';

import { databaseRole, grantServiceRights, isMemberOf } from './service-rights.sql.js';

/** Refusing it would stop services that have run for long; a line at each start does not. */
export async function warnOfSuperuser(em: SqlEntityManager, log: Logger): Promise<void> {
  const { name, isSuperuser } = await databaseRole(em);
  if (!isSuperuser) return;
  log.warn(
    { role: name },
    'DATABASE_URL connects as a superuser, which the service does not need: whoever took it over would own the whole ' +
      'server. docs/operations.md#the-database-role says how to give it a role of its own',
  );
}

/**
 * Looks, before anything is migrated, whether the role that migrates can let the service's role work on it.
 *
 * @returns null: they are one role
 * @throws ConfigurationError where the two do not see the same tables, or Error that says what to grant
 */
export async function roleToServe(
  migrating: SqlEntityManager,
  service: SqlEntityManager,
): Promise<string | null> {
  const [one, other] = [await databaseRole(migrating), await databaseRole(service)];
  if (one.database !== other.database || one.schema !== other.schema) {
    throw new ConfigurationError(
      `DATABASE_MIGRATE_URL is (hidden), and leads "${one.name}" to ${placeOf(one)}, but must lead where ` +
        `DATABASE_URL leads "${other.name}": ${placeOf(other)}`,
    );
  }
  if (one.name === other.name) return null;
  if (!(await isMemberOf(migrating, other.name))) {
    throw new Error(
      `"${one.name}", who migrates, cannot hand tables over to "${other.name}", the service's role. As an administrator: ` +
        `grant "${other.name}" to "${one.name}";`,
    );
  }
  return other.name;
}

/** Lets the service's role work on what has been migrated. */
export async function letServiceWork(migrating: SqlEntityManager, role: string, log: Logger): Promise<void> {
  const rights = await grantServiceRights(migrating, role);
  if (rights.length > 0) log.info({ role, rights: rights.length }, "the service's role has its rights");
}

function placeOf({
  database,
  schema,
}: {
  readonly database: string;
  readonly schema: string | null;
}): string {
  return schema === null
    ? `database "${database}", no schema`
    : `schema "${schema}" of database "${database}"`;
}
