import { type ContactSnapshot } from '#contact';
import { binaryArray, type Change } from '#platform';

/**
 * Writes which contact a name or source id leads to, by the primary key, all keys of a page at once
 * (docs/adr/0017-bulk-statements.md).
 *
 * @param keys from key to the contact that it leads to from now on
 */
export function keysToWrite(accountId: string, keys: ReadonlyMap<string, string>): Change[] {
  if (keys.size === 0) return [];
  const sql = `insert into contact_keys (account_id, key, contact_id)
     select $1::uuid, key, contact_id from unnest($2::text[], $3::uuid[]) as k (key, contact_id)
     on conflict (account_id, key) do update set contact_id = excluded.contact_id`;
  return [
    {
      sql,
      parameters: [accountId, binaryArray('text', [...keys.keys()]), binaryArray('uuid', [...keys.values()])],
    },
  ];
}

/** Lets the names of contacts lead to them where they lead to nobody; by the primary key. */
export function keysToComplete(
  contacts: readonly Pick<ContactSnapshot, 'accountId' | 'resourceName' | 'contactId'>[],
): Change[] {
  if (contacts.length === 0) return [];
  const sql = `insert into contact_keys (account_id, key, contact_id)
     select account_id, key, contact_id from unnest($1::uuid[], $2::text[], $3::uuid[]) as k (account_id, key, contact_id)
     on conflict (account_id, key) do nothing`;
  return [
    {
      sql,
      parameters: [
        contacts.map(({ accountId }) => accountId),
        contacts.map(({ resourceName }) => resourceName),
        contacts.map(({ contactId }) => contactId),
      ],
    },
  ];
}

/**
 * Lets every key of merged contacts lead to those that they were merged into; found by the index contact_keys_contact.
 *
 * @param merges from a merged contact's id to its survivor's, who may be merged as well, later
 * @param written keys that are given a contact beside it
 */
export function keysToRedirect(
  merges: ReadonlyMap<string, string>,
  written: Iterable<string> = [],
): Change[] {
  if (merges.size === 0) return [];
  const survivors = new Map<string, string>();
  for (const [merged, survivor] of merges) {
    for (const [earlier, its] of survivors) if (its === merged) survivors.set(earlier, survivor);
    survivors.set(merged, survivor);
  }
  return [
    {
      sql: `update contact_keys set contact_id = merge.survivor
        from unnest($1::uuid[], $2::uuid[]) as merge (merged, survivor)
        where contact_id = merge.merged and key <> all($3::text[])`,
      parameters: [[...survivors.keys()], [...survivors.values()], [...written]],
    },
  ];
}
