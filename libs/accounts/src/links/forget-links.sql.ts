import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/**
 * Removes the links that tell something of an account: by its reference, its address, or a sign-in that connected it.
 * SQL, to be one statement. Links are kept for two days, so all of them are looked at.
 */
export async function forgetLinks(em: SqlEntityManager, accountId: string): Promise<void> {
  await boundSql(
    em,
    `delete from connect_links using accounts where accounts.id = $1 and (
       connect_links.reference = accounts.reference or lower(login_hint) = lower(email) or login_hint = google_subject
       or token_hash in (select link_hash from sign_ins where connected_account_id = $1 or account_id = $1))`,
    [accountId],
  );
}
