import { type DatabaseSync, type StatementSync } from 'node:sqlite';

/** The scopes of the refresh token that every account has from the start. */
const STANDING_SCOPE =
  'openid email profile https://www.googleapis.com/auth/userinfo.email https://www.googleapis.com/auth/contacts.readonly';

/**
 * What a person has allowed a client. `revoked`: the refresh token is refused with `invalid_grant`;
 * `ended`: the access tokens made from it are refused as well, as after a call of the revocation endpoint;
 * `access-only`: only access tokens were given, and nobody knows the refresh token.
 */
export interface Grant {
  readonly refreshToken: string;
  /** The account's name. */
  readonly account: string;
  /** Null for the standing token, which any client may use. */
  readonly clientId: string | null;
  readonly scope: string;
  readonly state: 'active' | 'revoked' | 'ended' | 'access-only';
}

/** The refresh tokens, durable. */
export class GrantStore {
  private readonly findOne: StatementSync;

  constructor(private readonly database: DatabaseSync) {
    this.findOne = database.prepare('SELECT * FROM grants WHERE refreshToken = ?');
  }

  /** Gives an account its fixed refresh token, `<name>-refresh-token`, and makes it valid again. */
  ensureStanding(account: string): void {
    this.database
      .prepare(
        `INSERT INTO grants (refreshToken, account, clientId, scope, state) VALUES (?, ?, NULL, ?, 'active')
         ON CONFLICT (refreshToken) DO UPDATE SET state = 'active'`,
      )
      .run(standingTokenOf(account), account, STANDING_SCOPE);
  }

  add(grant: Grant): void {
    this.database
      .prepare('INSERT INTO grants (refreshToken, account, clientId, scope, state) VALUES (?, ?, ?, ?, ?)')
      .run(grant.refreshToken, grant.account, grant.clientId, grant.scope, grant.state);
  }

  /** The grant goes on under another refresh token; access tokens that were made before live on. */
  replace(refreshToken: string, next: Grant): void {
    this.database.prepare("UPDATE grants SET state = 'revoked' WHERE refreshToken = ?").run(refreshToken);
    this.add(next);
  }

  find(refreshToken: string): Grant | undefined {
    return this.findOne.get(refreshToken) as Grant | undefined;
  }

  /** Whether this client already holds a refresh token; Google then gives another only with prompt=consent. */
  hasActive(account: string, clientId: string): boolean {
    const sql = "SELECT 1 FROM grants WHERE account = ? AND clientId = ? AND state = 'active' LIMIT 1";
    return this.database.prepare(sql).get(account, clientId) !== undefined;
  }

  end(refreshToken: string): void {
    this.database.prepare("UPDATE grants SET state = 'ended' WHERE refreshToken = ?").run(refreshToken);
  }

  /**
   * Ends every token of the grant's person and client, as Google does. The standing token is each client's: it ends with
   * any of them, and all of them with it.
   */
  endAllOf({ account, clientId }: Grant): void {
    const sql = `UPDATE grants SET state = 'ended'
      WHERE account = ?1 AND (clientId = ?2 OR clientId IS NULL OR ?2 IS NULL)`;
    this.database.prepare(sql).run(account, clientId);
  }

  revokeAll(account: string): void {
    this.database
      .prepare("UPDATE grants SET state = 'revoked' WHERE account = ? AND state = 'active'")
      .run(account);
  }

  restoreAll(account: string): void {
    this.database
      .prepare("UPDATE grants SET state = 'active' WHERE account = ? AND state <> 'access-only'")
      .run(account);
  }
}

export function standingTokenOf(account: string): string {
  return `${account}-refresh-token`;
}
