import { randomUUID } from 'node:crypto';

import { type SqlEntityManager, UniqueConstraintViolationException } from '@mikro-orm/postgresql';
import { boundChanges, leasesToPrepare } from '#platform';

import { LIVE_CONTACTS } from '../projection/contact.entity.js';
import { notifyRebuilds } from './notify-rebuilds.sql.js';
import { REBUILD_LEASE, RebuildEntity } from './rebuild.entity.js';

/**
 * Queues a rebuild; whichever process projects takes it from there. The old table serves meanwhile.
 *
 * @returns whether it was queued; not, where one is going on
 */
export async function queueRebuild(em: SqlEntityManager): Promise<boolean> {
  try {
    await em.fork().transactional(async (tx) => {
      await tx.insert(RebuildEntity, { id: randomUUID(), projection: LIVE_CONTACTS.name });
      await boundChanges(tx, [leasesToPrepare([REBUILD_LEASE])]);
      await notifyRebuilds(tx);
    });
    return true;
  } catch (error) {
    if (error instanceof UniqueConstraintViolationException) return false;
    throw error;
  }
}
