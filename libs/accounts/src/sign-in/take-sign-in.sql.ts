import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

export interface TakenSignIn {
  readonly codeVerifier: string;
  /** The account that is to be signed in again; null for whoever comes. */
  readonly accountId: string | null;
  /** The link that it was begun by; null for none. */
  readonly linkHash: string | null;
}

/**
 * Takes a sign-in, so that of two browsers with the same state only one comes through. The ORM has no
 * `update … returning`. Found by the primary key.
 *
 * @returns null for a state that is unknown, taken or too old
 */
export async function takeSignIn(em: SqlEntityManager, stateHash: string): Promise<TakenSignIn | null> {
  const [row] = await boundSql<TakenSignIn>(
    em,
    `update sign_ins set taken_at = now() where state = $1 and taken_at is null and expires_at >= now()
     returning code_verifier as "codeVerifier", account_id as "accountId", link_hash as "linkHash"`,
    [stateHash],
  );
  return row ?? null;
}
