import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/**
 * Takes a sign-in away, so that of two browsers with the same state only one comes through. The ORM has no
 * `delete … returning`. Found by the primary key.
 *
 * @returns the code verifier; null for a state that is unknown, used or too old
 */
export async function takeSignIn(em: SqlEntityManager, state: string): Promise<string | null> {
  const [row] = await boundSql<{ code_verifier: string; fresh: boolean }>(
    em,
    'delete from sign_ins where state = $1 returning code_verifier, expires_at >= now() as fresh',
    [state],
  );
  return row?.fresh === true ? row.code_verifier : null;
}
