import { type SqlEntityManager } from '@mikro-orm/postgresql';

import { hashOf } from '#platform';

import { type Credentials } from '../credentials.js';
import { type Principal } from '../principal.js';
import { type PersonScopes } from './person-scopes.js';
import { type SeenSession, seeSession } from './see-session.sql.js';
import { csrfTokenOf, isSessionSecret, proofOf } from './session-secret.js';

export interface Session {
  readonly principal: Principal;
  /** See {@link csrfTokenOf}. */
  readonly csrfToken: string;
  /** At the latest; without a call it ends earlier. */
  readonly expiresAt: Date;
}

/** Whose browser calls. What a principal may do is looked up at each call, as it is now. */
export class Sessions {
  /** @param persons null: nobody signs in by OpenID Connect */
  constructor(
    private readonly em: SqlEntityManager,
    private readonly credentials: Credentials,
    private readonly persons: PersonScopes | null,
    private readonly idleMs: number,
  ) {}

  /**
   * @param isCall false: it is looked at alone, which does not keep it from growing old
   * @returns null for a session that is not known, is over or was ended
   */
  async find(secret: string, isCall = true): Promise<Session | null> {
    if (!isSessionSecret(secret)) return null;
    const seen = await seeSession(this.em.fork(), hashOf(secret), this.idleMs, isCall);
    const principal = seen === null ? null : this.principalOf(seen, secret);
    if (seen === null || principal === null) return null;
    return { principal, csrfToken: csrfTokenOf(secret), expiresAt: new Date(seen.expiresAt) };
  }

  private principalOf(seen: SeenSession, secret: string): Principal | null {
    if (seen.tokenId !== null) {
      const { tokenId: id, tokenName: name, tokenScopes: scopes, tokenAccountId: accountId } = seen;
      return { kind: 'token', id, name, scopes: new Set(scopes), accountId };
    }
    if (seen.configuredName !== null) {
      const holder = this.credentials.configuredAs(seen.configuredName);
      const isSame =
        holder?.configured != null && proofOf(secret, holder.configured.token) === seen.configuredProof;
      return isSame ? holder.principal : null;
    }
    if (seen.issuer !== this.persons?.issuer) return null;
    const scopes = this.persons.of(seen.groups);
    if (scopes.size === 0) return null;
    return { kind: 'person', id: seen.subject, name: seen.personName, scopes, accountId: null };
  }
}
