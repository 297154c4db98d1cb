import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { contactColumnNames, LIVE_CONTACTS } from '../projection/contact.entity.js';

/** Contacts that share the last digits of a number; more are not looked at. */
const MOST_CANDIDATES = 100;

export interface ContactWithPhone {
  readonly accountId: string;
  readonly document: string;
}

/**
 * Live contacts that have one of the keys, those with a whole number first, then by display name and id.
 *
 * It is SQL for the operators of arrays. Rows are found by the index of accounts and phone keys,
 * contacts_phone_keys_in_account, whatever they are ordered by.
 */
export async function contactsWithPhone(
  em: SqlEntityManager,
  {
    accountId,
    keys,
    wholeKeys,
  }: {
    readonly accountId: string | undefined;
    readonly keys: readonly string[];
    readonly wholeKeys: readonly string[];
  },
): Promise<ContactWithPhone[]> {
  const { id, displayName, document, deleted, phoneKeys, accountId: account } = contactColumnNames(em);
  const ofAccount = accountId === undefined ? '' : `and ${account} = $3`;
  return boundSql<ContactWithPhone>(
    em,
    `select ${account} as "accountId", ${document} as document from ${LIVE_CONTACTS.table}
     where ${phoneKeys} && $1::text[] and ${document} is not null and not ${deleted} ${ofAccount}
     order by ${phoneKeys} && $2::text[] desc, ${displayName}, ${id} limit ${MOST_CANDIDATES}`,
    [[...keys, ...wholeKeys], wholeKeys, ...(accountId === undefined ? [] : [accountId])],
  );
}
