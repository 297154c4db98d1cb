import { timingSafeEqual } from 'node:crypto';

import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ApiToken, hashOf } from '#platform';

import { type Principal } from './principal.js';
import { isWellFormed } from './tokens/token-secret.js';
import { useToken } from './tokens/use-token.sql.js';

/** The principal of a token, and which one it was: of API_TOKENS, or an issued one. */
export interface TokenHolder {
  readonly principal: Principal;
  readonly configured: ApiToken | null;
}

/** Who sends a token. */
export class Credentials {
  private readonly known: readonly { readonly hash: Buffer; readonly holder: Holder }[];

  /** @param configured API_TOKENS */
  constructor(
    configured: readonly ApiToken[],
    private readonly em: SqlEntityManager,
  ) {
    this.known = configured.map((token) => ({
      hash: comparable(hashOf(token.token)),
      holder: holderOf(token),
    }));
  }

  /** @returns null for a token that is not known, is over or was revoked */
  async holderOf(token: string): Promise<TokenHolder | null> {
    const hash = hashOf(token);
    const given = comparable(hash);
    const match = this.known.find((known) => timingSafeEqual(known.hash, given));
    if (match !== undefined) return match.holder;
    if (!isWellFormed(token)) return null;
    const issued = await useToken(this.em.fork(), hash);
    if (issued === null) return null;
    return { principal: { kind: 'token', ...issued, scopes: new Set(issued.scopes) }, configured: null };
  }

  /** The token of API_TOKENS that has that name. */
  configuredAs(name: string): TokenHolder | null {
    return this.known.find(({ holder }) => holder.configured.name === name)?.holder ?? null;
  }
}

type Holder = TokenHolder & { readonly configured: ApiToken };

function holderOf(configured: ApiToken): Holder {
  const { name, scopes, accountId } = configured;
  return { principal: { kind: 'token', id: name, name, scopes, accountId }, configured };
}

/** Hashes have one length, as timingSafeEqual needs. */
function comparable(hash: string): Buffer {
  return Buffer.from(hash);
}
