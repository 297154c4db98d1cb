import { randomBytes } from 'node:crypto';

import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/** How long a person may take at Google's pages. */
const LIFETIME_MINUTES = 10;

/** Sign-ins on their way through Google, in the database, so that any process may receive the browser back. */
export class PendingSignIns {
  constructor(private readonly em: SqlEntityManager) {}

  newState(): string {
    return randomBytes(32).toString('base64url');
  }

  async add(state: string, codeVerifier: string): Promise<void> {
    const em = this.em.fork();
    await boundSql(em, 'delete from sign_ins where expires_at < now()');
    await boundSql(
      em,
      `insert into sign_ins (state, code_verifier, expires_at) values ($1, $2, now() + make_interval(mins => $3))`,
      [state, codeVerifier, LIFETIME_MINUTES],
    );
  }

  /** @returns the code verifier, once; null for a state that is unknown, used or too old */
  async take(state: string): Promise<string | null> {
    const [row] = await boundSql<{ code_verifier: string; fresh: boolean }>(
      this.em.fork(),
      'delete from sign_ins where state = $1 returning code_verifier, expires_at >= now() as fresh',
      [state],
    );
    return row?.fresh === true ? row.code_verifier : null;
  }
}
