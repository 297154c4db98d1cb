import { type MigrationObject } from '@mikro-orm/core';
import { type Migration } from '@mikro-orm/migrations';

/** As PostgreSQL shows a session that changes the schema to people who look. */
export const MIGRATING = 'contactstream migrate';

/** How long a change of the schema waits for a lock: so long all others wait who want the same table after it. */
export const LOCK_WAIT_MS = 1_000;

/** What it has locked, others wait for. */
const STATEMENT_MS = 10 * 60_000;

/** How a transaction begins that changes the schema. */
export const MIGRATION_LIMITS = `select set_config('lock_timeout', '${LOCK_WAIT_MS}', true),
  set_config('statement_timeout', '${STATEMENT_MS}', true), set_config('application_name', '${MIGRATING}', true)`;

type MigrationClass = new (...parameters: ConstructorParameters<typeof Migration>) => Migration;

/**
 * Gives a migration the limits of its transaction. One that has none builds indexes online: it waits for every transaction
 * that is older, and nobody waits for it.
 */
export function limitedMigration({ name, class: Unlimited }: MigrationObject): MigrationObject {
  abstract class Limited extends (Unlimited as unknown as MigrationClass) {
    override getQueries(): ReturnType<Migration['getQueries']> {
      const queries = super.getQueries();
      return this.isTransactional() ? [MIGRATION_LIMITS, ...queries] : queries;
    }
  }
  return { name, class: Limited as unknown as MigrationObject['class'] };
}
