import { type ContactEvent, type ContactSnapshot, decide, type DeletionReason, evolve } from '#contact';
import { lastAppended, noticesOf } from '#event-store';
import { changeUnderLease } from '#platform';

import { snapshotsToWrite, readSnapshots } from '../snapshots/contact-snapshots.js';
import { digest } from '../snapshots/digest.js';
import { decisionContext, type RunContext } from '../runs/run-context.js';

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
  { em, lease, run, tally, append }: Omit<RunContext, 'settings'>,
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
        {
          sql: `update sync_runs set statistics = $2::jsonb, last_position = ${lastAppended(appended, 'last_position')}
            where id = $1`,
          parameters: [run.id, JSON.stringify(run.statistics)],
        },
        {
          sql: `update quarantined_persons set state = 'superseded'
            where account_id = $1 and state = 'open' and resource_name = any($2::text[])`,
          parameters: [run.accountId, snapshots.map((snapshot) => snapshot.resourceName)],
        },
        ...snapshotsToWrite(snapshots),
      ],
      noticesOf(appended),
    );
  }
  return count;
}
