import { type ContactEvent, type ContactHead, decide, type DeletionReason, evolve } from '#contact';
import { lastAppended, noticesOf } from '#event-store';

import { headsToWrite, readHeads } from '../contacts/contact-heads.js';
import { digest } from '../contacts/digest.js';
import { changeUnderLease } from '../lease/lease.js';
import { decisionContext, type RunContext } from './run-context.js';

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
    const { found, readAt } = await readHeads(em, contactIds.slice(start, start + CHUNK));
    const context = decisionContext(run, readAt);
    const events: ContactEvent[] = [];
    const heads: ContactHead[] = [];
    for (const head of found) {
      const decided = decide({ kind: 'delete', reason }, head, context);
      events.push(...decided);
      heads.push(...decided.map((event) => evolve(head, event, digest)));
    }
    tally.addDeletions(reason, events.length);
    count += events.length;
    run.statistics = tally.statistics();
    const appended = append(events, heads);
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
          parameters: [run.accountId, heads.map((head) => head.resourceName)],
        },
        ...headsToWrite(heads),
      ],
      noticesOf(appended),
    );
  }
  return count;
}
