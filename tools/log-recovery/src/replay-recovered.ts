import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import {
  BEYOND_LOG,
  type ContactSubscriber,
  DeadLetterReplay,
  DeadLetterTable,
  StillNotApplicable,
} from '#read-model';
import { topicNames } from '#contact-events';

/**
 * Applies what a projection that ran on the log before it was whole again has put aside as lying beyond it.
 *
 * @returns how many dead letters that closed
 */
export async function replayRecovered(
  em: SqlEntityManager,
  subscriber: ContactSubscriber,
  topicPrefix: string,
): Promise<number> {
  const letters = new DeadLetterTable(em);
  const replay = new DeadLetterReplay(em, subscriber);
  const rows = await boundSql<{ id: string }>(
    em.fork(),
    `select id from dead_letters where state = 'open' and topic = $1 and error = $2 order by record_offset`,
    [topicNames(topicPrefix).events, BEYOND_LOG],
  );
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
