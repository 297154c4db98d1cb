import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { decide, evolve } from '#contact';
import { noticesOf } from '#event-store';
import { changeUnderLease, type Lease } from '#platform';

import { contactEventsToAppend } from '../snapshots/decide-sightings.js';
import { decisionContext, digest } from '../snapshots/hashes.js';
import { readSnapshots } from '../snapshots/read-snapshots.sql.js';
import { snapshotsToWrite } from '../snapshots/write-snapshots.sql.js';
import { liveContacts } from './live-contacts.sql.js';

/** How many contacts one transaction deletes. */
const CHUNK = 1_000;

/**
 * Appends ContactDeleted, `account-erased`, for every contact of an account that is not deleted. It may be repeated.
 *
 * @param erasure its id is the events' run, its begin the time of them
 * @throws LeaseLost
 */
export async function deleteAllContacts(
  em: SqlEntityManager,
  lease: Lease,
  erasure: { readonly id: string; readonly accountId: string; readonly begunAt: Date },
): Promise<void> {
  const context = decisionContext(erasure, erasure.begunAt.toISOString());
  for (;;) {
    const ids = await liveContacts(em, erasure.accountId, CHUNK);
    if (ids.length === 0) return;
    const { found } = await readSnapshots(em, ids);
    const decided = found.flatMap((snapshot) =>
      decide({ kind: 'delete', reason: 'account-erased' }, snapshot, context).map((event) => ({
        event,
        after: evolve(snapshot, event, digest),
      })),
    );
    const snapshots = decided.map(({ after }) => after);
    const appended = contactEventsToAppend(
      decided.map(({ event }) => event),
      snapshots,
    );
    await changeUnderLease(em, lease, [...appended, ...snapshotsToWrite(snapshots)], noticesOf(appended));
  }
}
