import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, type Scope } from '#platform';

export interface UsedToken {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly accountId: string | null;
}

/**
 * The token of a hash, if it still counts, and that it is used: once a minute at most, so that calls write next to
 * nothing. SQL, to be one round trip: it is made at each call with such a token, so that a revoked one is refused by
 * every process from the commit on. The unique index api_tokens_token_hash serves both parts.
 */
export async function useToken(em: SqlEntityManager, tokenHash: string): Promise<UsedToken | null> {
  const [row] = await boundSql<UsedToken>(
    em,
    `with used as (
       update api_tokens set last_used_at = now()
       where token_hash = $1 and expires_at > now()
         and (last_used_at is null or last_used_at < now() - interval '1 minute'))
     select id, name, scopes, account_id as "accountId" from api_tokens where token_hash = $1 and expires_at > now()`,
    [tokenHash],
  );
  return row ?? null;
}
