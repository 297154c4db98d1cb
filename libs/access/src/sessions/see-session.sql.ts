import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, isoTime, type Scope } from '#platform';

export interface SeenSession {
  readonly expiresAt: string;
  readonly tokenId: string | null;
  readonly tokenName: string;
  readonly tokenScopes: readonly Scope[];
  readonly tokenAccountId: string | null;
  readonly configuredName: string | null;
  readonly configuredProof: string | null;
  readonly issuer: string | null;
  readonly subject: string;
  readonly personName: string;
  readonly groups: readonly string[];
}

/** How exact the time is at which a session was seen last, so that calls write next to nothing. */
const SEEN_EVERY_MS = 60_000;

/**
 * The session of a hash, if it and its token still count, and that it was seen. SQL, to be one round trip: it is made at
 * each call with a session, so that one that was ended is refused by every process from the commit on. Found by the
 * primary keys.
 *
 * @param idleMs how long it lasts without a call
 * @param isCall false: it is not seen by this
 */
export async function seeSession(
  em: SqlEntityManager,
  secretHash: string,
  idleMs: number,
  isCall: boolean,
): Promise<SeenSession | null> {
  const [row] = await boundSql<SeenSession>(
    em,
    `with seen as (
       update sessions set last_seen_at = now() where $4 and secret_hash = $1 and expires_at > now()
         and last_seen_at between now() - $2 * interval '1 ms' and now() - $3 * interval '1 ms')
     select ${isoTime('least(session.expires_at, token.expires_at)')}
         as "expiresAt",
       token.id as "tokenId", token.name as "tokenName", token.scopes as "tokenScopes",
       token.account_id as "tokenAccountId", configured_name as "configuredName",
       configured_proof as "configuredProof", issuer, subject, person_name as "personName", groups
     from sessions session left join api_tokens token on token.id = token_id
     where secret_hash = $1 and least(session.expires_at, token.expires_at) > now()
       and last_seen_at >= now() - $2 * interval '1 ms'`,
    [secretHash, idleMs, Math.min(SEEN_EVERY_MS, idleMs / 4), isCall],
  );
  return row ?? null;
}
