import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { topicNames } from '#contact-events';
import { boundSql, CodedError } from '#platform';
import {
  BEYOND_LOG,
  type ContactProjectionHandler,
  DeadLetters,
  ReplayDeadLetterCommand,
  ReplayDeadLetterHandler,
} from '#read-model';

import { LETTERS_BEYOND_LOG } from './letters-beyond-log.sql.js';

/**
 * Applies the dead letters of a projection that ran before the log was whole again: their records lay beyond its end.
 *
 * @returns how many were applied and closed
 */
export async function replayRecovered(
  em: SqlEntityManager,
  projection: ContactProjectionHandler,
  topicPrefix: string,
): Promise<number> {
  const replay = new ReplayDeadLetterHandler(em, new DeadLetters(em), projection);
  const rows = await boundSql<{ id: string }>(em.fork(), LETTERS_BEYOND_LOG, [
    topicNames(topicPrefix).events,
    BEYOND_LOG,
  ]);
  let closed = 0;
  for (const { id } of rows) {
    try {
      await replay.execute(new ReplayDeadLetterCommand(id));
      closed += 1;
    } catch (error) {
      // It stays open, for a person to look at, or someone else has closed it.
      if (!(error instanceof CodedError)) throw error;
    }
  }
  return closed;
}
