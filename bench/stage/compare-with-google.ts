import { isDeepStrictEqual } from 'node:util';

import { readPerson } from '#contact';

import { type BenchDatabase } from './bench-database.js';
import { type Google } from './google.js';
import { type ZipfAccount } from './zipf-accounts.js';

/**
 * Compares what was synced with what Google has: the number of contacts of each account, and all that they say of some.
 *
 * @returns how many accounts differ
 */
export async function differingAccounts(
  database: BenchDatabase,
  google: Google,
  accounts: readonly ZipfAccount[],
  some: readonly ZipfAccount[],
): Promise<number> {
  const persons = await google.persons();
  const counts = await database.query<{ id: string; count: number }>(
    'select account_id as id, count(*)::int as count from contact_snapshots where not deleted group by account_id',
  );
  const contacts = new Map(counts.map(({ id, count }) => [id, count]));
  const differing = new Set(
    accounts.filter(({ account, accountId }) => persons.get(account.name) !== (contacts.get(accountId) ?? 0)),
  );
  for (const one of some) if (await differs(database, google, one)) differing.add(one);
  return differing.size;
}

async function differs(
  database: BenchDatabase,
  google: Google,
  { account, accountId }: ZipfAccount,
): Promise<boolean> {
  const stored = await database.query<{ name: string; contact: Record<string, unknown> }>(
    `select data ->> 'resourceName' as name, data -> 'contact' as contact
     from (select distinct on (stream_id) * from events where account_id = $1 order by stream_id, version desc) last
     where type = 'ContactUpdated'`,
    [accountId],
  );
  const ours = new Map(stored.map(({ name, contact }) => [name, contact]));
  const persons = (await google.personsOf(account)).map((raw) => readPerson(raw));
  return persons.some((person) => {
    if (person.kind !== 'seen') return true;
    const contact = ours.get(person.resourceName);
    return Object.entries(person.details).some(
      ([field, value]) => !isDeepStrictEqual(contact?.[field], value),
    );
  });
}
