import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { linkUsed } from './connect-links.js';

/**
 * Uses a link up in the transaction that connects the account, so that one of two sign-ins with it comes through, and a
 * refused one leaves it as it is. The account may be stored after it: the constraint is checked at the commit. The ORM has no `update … returning`. Found by the primary key.
 *
 * @param accountId the account that is connected, with which the link goes once it is erased
 * @returns the reference that the account is to have; null: none
 * @throws CodedError link-over
 */
export async function useConnectLink(
  tx: SqlEntityManager,
  tokenHash: string,
  accountId: string,
): Promise<string | null> {
  const [used] = await boundSql<{ reference: string | null }>(
    tx,
    `update connect_links set used_at = now(), account_id = $2 where token_hash = $1 and used_at is null
     returning reference`,
    [tokenHash, accountId],
  );
  if (used === undefined) throw linkUsed();
  return used.reference;
}
