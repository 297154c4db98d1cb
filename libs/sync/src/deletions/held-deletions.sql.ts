import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { sourceKey } from '#contact';
import { binaryArray, boundSql, type Change } from '#platform';

import { type QuarantinedPerson } from '../quarantine/quarantined-person.js';
import { type Run } from '../runs/run.entity.js';

/**
 * The ids of the contacts that a run holds and that were not seen again or deleted since. SQL, because contacts have no
 * entity on the writing side; a run's are some thousands at most, by their primary keys.
 */
export async function heldContacts(em: SqlEntityManager, runId: string): Promise<string[]> {
  const rows = await boundSql<{ contact_id: string }>(
    em,
    `select contact_id from held_deletions join contact_snapshots snapshot using (contact_id)
     where run_id = $1 and not snapshot.deleted order by resource_name, contact_id`,
    [runId],
  );
  return rows.map((row) => row.contact_id);
}

/**
 * Keeps contacts for a person to decide on. A newer complete full sync knows better than those before: what they held
 * is dropped, and they are over. Part of the statement that ends a full sync; by the primary key, and the index
 * sync_runs_account_newest.
 *
 * @param contactIds of those that the run holds; none: only the older ones are dropped
 */
export function replaceHeld(run: Run, contactIds: readonly string[]): Change[] {
  return [
    {
      sql: `delete from held_deletions where account_id = $1 and contact_id <> all($2::uuid[])`,
      parameters: [run.accountId, contactIds],
    },
    {
      sql: `insert into held_deletions (account_id, run_id, contact_id)
        select $1, $2, contact_id from unnest($3::uuid[]) as contact_id
        on conflict (account_id, contact_id) do update set run_id = excluded.run_id`,
      parameters: [run.accountId, run.id, contactIds],
    },
    {
      sql: `update sync_runs set state = 'succeeded' where account_id = $1 and state = 'held' and id <> $2`,
      parameters: [run.accountId, run.id],
    },
  ];
}

/** A contact that shows up again, understood or not, is no longer absent. Part of the statement that stores a page. */
export function removeSeenAgain(
  accountId: string,
  contactIds: readonly string[],
  quarantined: readonly QuarantinedPerson[],
): Change {
  const keys = quarantined.flatMap((person) => [person.key, ...person.sourceIds.map(sourceKey)]);
  return {
    sql: `delete from held_deletions held where held.account_id = $1 and (held.contact_id = any($2::uuid[])
       or held.contact_id in (select contact_id from contact_keys where account_id = $1 and key = any($3::text[])))`,
    parameters: [accountId, binaryArray('uuid', contactIds), keys],
  };
}
