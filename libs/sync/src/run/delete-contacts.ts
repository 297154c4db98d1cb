import { type ContactEvent, type ContactHead, decide, type DeletionReason, evolve } from '#contact';
import { boundChanges, boundSql } from '#platform';

import { headsToWrite, readHeads } from '../contacts/contact-heads.js';
import { digest } from '../contacts/digest.js';
import { underLease } from '../lease/lease.js';
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
    await underLease(em, lease, async (tx, now) => {
      const context = decisionContext(run, now);
      const events: ContactEvent[] = [];
      const heads: ContactHead[] = [];
      for (const head of await readHeads(tx, contactIds.slice(start, start + CHUNK))) {
        const decided = decide({ kind: 'delete', reason }, head, context);
        events.push(...decided);
        heads.push(...decided.map((event) => evolve(head, event, digest)));
      }
      await boundChanges(tx, [
        ...headsToWrite(heads),
        {
          sql: `update quarantined_persons set state = 'superseded'
            where account_id = $1 and state = 'open' and resource_name = any($2::text[])`,
          parameters: [run.accountId, heads.map((head) => head.resourceName)],
        },
      ]);
      tally.addDeletions(reason, events.length);
      count += events.length;
      run.statistics = tally.statistics();
      run.lastPosition = (await append(tx, events, heads)) ?? run.lastPosition ?? null;
      await boundSql(tx, 'update sync_runs set last_position = $2, statistics = $3::jsonb where id = $1', [
        run.id,
        run.lastPosition === null ? null : String(run.lastPosition),
        JSON.stringify(run.statistics),
      ]);
    });
  }
  return count;
}
