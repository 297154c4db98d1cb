import { randomUUID } from 'node:crypto';

import { type PersonIdentity } from '#contact';
import { binaryArray, type Change } from '#platform';

import { type QuarantinedPerson } from './quarantined-person.js';

/**
 * Keeps persons that were not understood; one that is in quarantine already stays one entry, with what came last. A
 * person that is understood again, under whichever of its names and sources, needs no one's attention.
 *
 * SQL, because it is part of the statement that stores a page (docs/adr/0017-bulk-statements.md). Open entries are few,
 * and found by the index quarantined_persons_open.
 *
 * @param refused each key once
 * @param understood of the same page; a person that is both is kept, but for nobody to look at
 */
export function quarantineChanges(
  run: { readonly id: string; readonly accountId: string },
  refused: readonly QuarantinedPerson[],
  understood: readonly PersonIdentity[],
): Change[] {
  const names = new Set(
    understood.flatMap((person) => [person.resourceName, ...person.previousResourceNames]),
  );
  const sourceIds = new Set(understood.flatMap((person) => person.sourceIds));
  const entries = refused.map((person) => {
    const isUnderstood =
      (person.resourceName !== null && names.has(person.resourceName)) ||
      person.sourceIds.some((id) => sourceIds.has(id));
    return { id: randomUUID(), ...person, state: isUnderstood ? 'superseded' : 'open' };
  });
  const changes: Change[] = [];
  if (entries.length > 0) {
    changes.push({
      sql: `insert into quarantined_persons
          (id, account_id, run_id, person_key, resource_name, source_ids, payload, error, occurred_at, state,
          closed_at)
        select id, $1::uuid, $2::uuid, key, "resourceName", "sourceIds", payload::json, error, now(), state,
          case when state <> 'open' then now() end
        from json_to_recordset($3::json) as entry (id uuid, key text, "resourceName" text, "sourceIds" text[],
          payload text, error text, state text)
        on conflict (account_id, person_key) where state = 'open' do update set
          run_id = excluded.run_id, payload = excluded.payload, error = excluded.error,
          source_ids = excluded.source_ids, occurred_at = excluded.occurred_at`,
      parameters: [run.accountId, run.id, JSON.stringify(entries)],
    });
  }
  if (understood.length > 0) {
    changes.push({
      sql: `update quarantined_persons set state = 'superseded', closed_at = now()
        where account_id = $1 and state = 'open' and (resource_name = any($2::text[]) or source_ids && $3::text[])
          and person_key <> all($4::text[])`,
      parameters: [
        run.accountId,
        binaryArray('text', [...names]),
        binaryArray('text', [...sourceIds]),
        entries.filter(({ state }) => state === 'open').map(({ key }) => key),
      ],
    });
  }
  return changes;
}
