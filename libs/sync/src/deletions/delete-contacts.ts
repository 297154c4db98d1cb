import { type ContactEvent, type ContactSnapshot, decide, type DeletionReason, evolve } from '#contact';
import { noticesOf } from '#event-store';

import { changeUnderLease } from '#platform';
import { type RunContext } from '../runs/run-context.js';
import { tallyToStore } from '../runs/store-tally.sql.js';
import { decisionContext, digest } from '../snapshots/hashes.js';
import { readSnapshots } from '../snapshots/read-snapshots.sql.js';
import { snapshotsToWrite } from '../snapshots/write-snapshots.sql.js';
import { entriesToClose } from './close-entries.sql.js';

/** How many contacts one transaction deletes. */
const CHUNK = 1_000;

/**
 * Turns contacts into ContactDeleted events, a chunk a transaction. It may be repeated: a contact that is deleted
 * already is passed over.
 *
 * @returns how many were deleted
 * @throws LeaseLost
 */
export async function deleteContacts(
  { em, lease, run, tally, append }: Omit<RunContext, 'settings' | 'list'>,
  contactIds: readonly string[],
  reason: DeletionReason,
): Promise<number> {
  let count = 0;
  for (let start = 0; start < contactIds.length; start += CHUNK) {
    const { found, readAt } = await readSnapshots(em, contactIds.slice(start, start + CHUNK));
    const context = decisionContext(run, readAt);
    const events: ContactEvent[] = [];
    const snapshots: ContactSnapshot[] = [];
    for (const snapshot of found) {
      const decided = decide({ kind: 'delete', reason }, snapshot, context);
      events.push(...decided);
      snapshots.push(...decided.map((event) => evolve(snapshot, event, digest)));
    }
    tally.addDeletions(reason, events.length);
    count += events.length;
    run.statistics = tally.statistics();
    const appended = append(events, snapshots);
    await changeUnderLease(
      em,
      lease,
      [
        ...appended,
        tallyToStore(run, appended),
        entriesToClose(run, snapshots),
        ...snapshotsToWrite(snapshots),
      ],
      noticesOf(appended),
    );
  }
  return count;
}
