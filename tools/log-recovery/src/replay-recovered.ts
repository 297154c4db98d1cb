import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, CodedError } from '#platform';

import {
  BEYOND_LOG,
  type ContactProjectionHandler,
  DeadLetters,
  ReplayDeadLetterCommand,
  ReplayDeadLetterHandler,
} from '#read-model';
import { topicNames } from '#contact-events';

/**
 * Applies what a projection that ran on the log before it was whole again has put aside as lying beyond it.
 *
 * @returns how many dead letters that closed
 */
export async function replayRecovered(
  em: SqlEntityManager,
  projection: ContactProjectionHandler,
  topicPrefix: string,
): Promise<number> {
  const replay = new ReplayDeadLetterHandler(em, new DeadLetters(em), projection);
  const rows = await boundSql<{ id: string }>(
    em.fork(),
    `select id from dead_letters where state = 'open' and topic = $1 and error = $2 order by record_offset`,
    [topicNames(topicPrefix).events, BEYOND_LOG],
  );
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
