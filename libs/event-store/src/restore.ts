import { type SqlEntityManager, UniqueConstraintViolationException } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { VersionConflict } from './append.js';
import { LOCK_APPENDS } from './lock-appends.sql.js';
import { PASS_POSITION } from './pass-position.sql.js';
import { RESTORE_EVENTS } from './restore-events.sql.js';
import { type WholeEvent } from './stored-event.js';

/**
 * Puts events that the log has lost back under the positions that they had.
 *
 * @param events each version and position comes after those of the log
 * @throws VersionConflict when a position or a (stream, version) is taken
 */
export async function restoreEvents(tx: SqlEntityManager, events: readonly WholeEvent[]): Promise<void> {
  await boundSql(tx, LOCK_APPENDS);
  try {
    await boundSql(tx, RESTORE_EVENTS, [
      events.map((event) => String(event.position)),
      events.map((event) => event.streamId),
      events.map((event) => event.version),
      events.map((event) => event.accountId),
      events.map((event) => event.type),
      events.map((event) => event.data),
      events.map((event) => JSON.stringify(event.metadata)),
      events.map((event) => event.runId),
      events.map((event) => event.occurredAt),
    ]);
  } catch (error) {
    if (error instanceof UniqueConstraintViolationException) {
      throw new VersionConflict('The log has other events in the place of these', { cause: error });
    }
    throw error;
  }
}

/** Lets the next append draw a position after this one. It holds even if the transaction is rolled back. */
export async function passPosition(em: SqlEntityManager, position: bigint): Promise<void> {
  await boundSql(em, PASS_POSITION, [String(position)]);
}
