import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactBatch } from '#contact-feed';

import { type ContactLog } from '../contact-log.js';
import { type Projection } from '../projection.js';

/** Bounds of a transaction; bytes of data as the database stores it. */
const BATCH_SIZE = { events: 1_000, bytes: 16 * 1024 * 1024 };

/**
 * Applies the events of the log that are next for a rebuilt table.
 *
 * @param apply how: in a transaction of its own, or in the caller's
 * @returns whether the log, as it was when this was called, holds more
 * @throws ProgressMoved when another process applied them
 */
export async function applyNext(
  em: SqlEntityManager,
  log: ContactLog,
  rebuilt: Projection,
  apply: (batch: ContactBatch) => Promise<void>,
): Promise<'more' | 'all'> {
  const end = await log.lastPosition(em);
  const [previous = null] = await rebuilt.progressOf(log.source, em);
  const records = await log.readAfter(em, previous?.position ?? 0n, BATCH_SIZE);
  const position = records.at(-1)?.position;
  if (position === undefined) return 'all';
  const progress = { source: log.source, partition: 0, offset: position, position };
  await apply({ records, previous, progress });
  return position < end ? 'more' : 'all';
}
