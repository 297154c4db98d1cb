import { type SqlEntityManager } from '@mikro-orm/postgresql';

import { LOG_SOURCE, logCheckpoint } from '../feed/log-contact-feed.js';
import { lockCheckpoints } from '../projection/checkpoint.entity.js';
import { LIVE_CONTACTS } from '../projection/contact.entity.js';
import { type ContactProjectionHandler } from '../projection/contact-projection.handler.js';
import { nextLogPart } from './next-log-part.js';
import { limitLockWaits, lockLiveTable, putInPlace } from './put-in-place.sql.js';

/** The log grew by more than a batch since the last look: too much to apply while readers wait. */
export class TooFarBehind extends Error {
  override readonly name = 'TooFarBehind';
}

/**
 * Puts the rebuilt table in the place of the live one, within the caller's transaction.
 *
 * Under the lock the rest of the log is applied to the rebuilt table. The log holds all that the live table was ever
 * given, whichever way it came, so the new table is behind in nothing; the live checkpoints, in whatever partitions,
 * stay as they are. What a projection brings again meets the version guard.
 *
 * @throws TooFarBehind
 * @throws DriverException 55P03 when someone holds the live table for longer than `lockTimeoutMs`
 */
export async function swapTables(
  tx: SqlEntityManager,
  rebuilt: ContactProjectionHandler,
  lockTimeoutMs: number,
): Promise<void> {
  await limitLockWaits(tx, lockTimeoutMs);
  // A batch that is being applied ends first: readers who queue behind this lock then wait for no projection.
  await lockCheckpoints(tx, LIVE_CONTACTS);
  await lockLiveTable(tx);
  const [previous = null] = await rebuilt.checkpointsOf(LOG_SOURCE, tx);
  const { records, position, hasMore } = await nextLogPart(tx, previous?.position ?? 0n);
  if (hasMore) throw new TooFarBehind('The log grows too fast for the swap');
  if (position !== null) {
    await rebuilt.prepare(records).applyWithin(tx, { previous, next: logCheckpoint(position) });
  }
  await putInPlace(tx);
}
