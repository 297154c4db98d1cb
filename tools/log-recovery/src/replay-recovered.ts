import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { topicNames } from '#contact-events';
import { boundSql } from '#platform';
import {
  BEYOND_LOG,
  type ContactSubscriber,
  DeadLetterReplay,
  DeadLetterTable,
  StillNotApplicable,
} from '#read-model';

import { LETTERS_BEYOND_LOG } from './letters-beyond-log.sql.js';

/**
 * Applies the dead letters of a projection that ran before the log was whole again: their records lay beyond its end.
 *
 * @returns how many were applied and closed
 */
export async function replayRecovered(
  em: SqlEntityManager,
  subscriber: ContactSubscriber,
  topicPrefix: string,
): Promise<number> {
  const letters = new DeadLetterTable(em);
  const replay = new DeadLetterReplay(em, subscriber);
  const rows = await boundSql<{ id: string }>(em.fork(), LETTERS_BEYOND_LOG, [
    topicNames(topicPrefix).events,
    BEYOND_LOG,
  ]);
  let closed = 0;
  for (const { id } of rows) {
    const letter = await letters.find(id);
    if (letter === null) continue;
    try {
      await replay.apply(letter);
    } catch (error) {
      // It stays open, for a person to look at.
      if (error instanceof StillNotApplicable) continue;
      throw error;
    }
    if (await letters.close(id, 'replayed')) closed += 1;
  }
  return closed;
}
