import { randomBytes } from 'node:crypto';
import { type DatabaseSync } from 'node:sqlite';

/** What the person agreed to; the token endpoint compares it with the request that redeems the code. */
export interface AuthorizationRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scope: string;
  readonly offline: boolean;
  readonly consent: boolean;
  readonly codeChallenge: string | null;
  readonly nonce: string | null;
}

interface IssuedCode {
  readonly account: string;
  readonly request: AuthorizationRequest;
  readonly isSpent: boolean;
  /** Of the grant that it gave; null where it gave none. */
  readonly refreshToken: string | null;
}

const LIFETIME_MS = 10 * 60_000;

/**
 * Authorization codes, each good for one exchange within ten minutes. A code that was used is remembered as long, with
 * what it gave.
 */
export class CodeStore {
  constructor(private readonly database: DatabaseSync) {}

  issue(account: string, request: AuthorizationRequest, now: number): string {
    const code = `4/0${randomBytes(36).toString('base64url')}`;
    this.database.prepare('DELETE FROM codes WHERE expiresAt < ?').run(now);
    this.database
      .prepare('INSERT INTO codes (code, account, request, expiresAt) VALUES (?, ?, ?, ?)')
      .run(code, account, JSON.stringify(request), now + LIFETIME_MS);
    return code;
  }

  /** What the code stands for, while it is good or remembered. */
  find(code: string, now: number): IssuedCode | undefined {
    const row = this.database
      .prepare('SELECT account, request, expiresAt, spent, refreshToken FROM codes WHERE code = ?')
      .get(code);
    if (row === undefined || Number(row.expiresAt) < now) return undefined;
    return {
      account: String(row.account),
      request: JSON.parse(String(row.request)) as AuthorizationRequest,
      isSpent: row.spent === 1,
      refreshToken: row.refreshToken === null ? null : String(row.refreshToken),
    };
  }

  /** Uses the code up; false when it was used before. @param refreshToken of the grant that it gave; null: none */
  spend(code: string, refreshToken: string | null): boolean {
    const sql = 'UPDATE codes SET spent = 1, refreshToken = ? WHERE code = ? AND spent = 0';
    return this.database.prepare(sql).run(refreshToken, code).changes === 1;
  }
}
