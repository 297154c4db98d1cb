import { type ContactEvent } from '#contact';
import { type Change } from '#platform';

import { THIS_HALF_HOUR } from './half-hour.sql.js';

/** What events count as: a restored contact is created, one under another name updated. */
const COUNTED_AS = {
  created: 'created',
  restored: 'created',
  updated: 'updated',
  renamed: 'updated',
} as const;

/**
 * Counts events of an account in the half hour in which they are appended, as part of the statement that appends them:
 * whatever appends is counted, a run or a decision of a person. The row is the account's own, whose lease the caller
 * holds, so that nobody waits for it; by the primary key.
 *
 * @param events of one account
 * @returns one change; none where there are no events
 */
export function changesToCount(events: readonly ContactEvent[]): Change[] {
  const [first] = events;
  if (first === undefined) return [];
  const count = { created: 0, updated: 0, deleted: 0 };
  for (const event of events) {
    count[event.type === 'ContactDeleted' ? 'deleted' : COUNTED_AS[event.change]] += 1;
  }
  return [
    {
      sql: `insert into account_changes as counted (account_id, half_hour, created, updated, deleted)
        values ($1, ${THIS_HALF_HOUR}, $2, $3, $4)
        on conflict (account_id, half_hour) do update set created = counted.created + excluded.created,
          updated = counted.updated + excluded.updated, deleted = counted.deleted + excluded.deleted`,
      parameters: [first.accountId, count.created, count.updated, count.deleted],
    },
  ];
}
