import { GoogleError } from '../people-api/google-error.js';
import { type Account, type AccountStore } from '../storage/account-store.js';
import { type Grant, type GrantStore } from '../storage/grant-store.js';
import { type TokenSeal } from '../storage/token-seal.js';

interface AccessTokenContent {
  readonly account: string;
  readonly epoch: number;
  readonly refreshToken: string;
  readonly scope: string;
  readonly expiresAt: number;
}

const PREFIX = 'ya29.';
const CONTACT_SCOPES = [
  'https://www.googleapis.com/auth/contacts',
  'https://www.googleapis.com/auth/contacts.readonly',
];

const PROFILE_SCOPES = [
  'email',
  'profile',
  'https://www.googleapis.com/auth/userinfo.email',
  'https://www.googleapis.com/auth/userinfo.profile',
];

/** Access tokens hold their account and expiry themselves, so they outlive a restart. */
export class AccessTokens {
  constructor(
    private readonly seal: TokenSeal,
    private readonly accounts: AccountStore,
    private readonly grants: GrantStore,
    readonly lifetimeSeconds: number,
  ) {}

  issue(
    account: Account,
    { refreshToken, scope }: Pick<Grant, 'refreshToken' | 'scope'>,
    now: number,
  ): string {
    const expiresAt = now + this.lifetimeSeconds * 1_000;
    const content: AccessTokenContent = {
      account: account.name,
      epoch: account.accessEpoch,
      refreshToken,
      scope,
      expiresAt,
    };
    return PREFIX + this.seal.seal('access', content);
  }

  /** The refresh token that an access token was made from, for the revocation endpoint. */
  refreshTokenOf(accessToken: string): string | undefined {
    return this.open(accessToken)?.refreshToken;
  }

  /** The account behind `Authorization: Bearer …`; 401 when there is no token, or it is unknown, expired or revoked. */
  account(authorization: string | undefined, now: number): { account: Account; scope: string } {
    const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) {
      throw unauthenticated(
        'Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or ' +
          'other valid authentication credential. See ' +
          'https://developers.google.com/identity/sign-in/web/devconsole-project.',
        'CREDENTIALS_MISSING',
      );
    }
    const content = this.open(token);
    const account = content && this.accounts.find(content.account);
    if (content === undefined || account === undefined)
      throw invalidCredentials('ACCESS_TOKEN_TYPE_UNSUPPORTED');
    const ended = this.grants.find(content.refreshToken)?.state === 'ended';
    if (ended || content.epoch !== account.accessEpoch || now >= content.expiresAt) {
      throw invalidCredentials('ACCESS_TOKEN_EXPIRED');
    }
    return { account, scope: content.scope };
  }

  private open(token: string): AccessTokenContent | undefined {
    if (!token.startsWith(PREFIX)) return undefined;
    return this.seal.open('access', token.slice(PREFIX.length)) as AccessTokenContent | undefined;
  }
}

/** Reading connections needs a contacts scope; without it Google answers 403 ACCESS_TOKEN_SCOPE_INSUFFICIENT. */
export function requireContactScope(scope: string): void {
  requireScope(scope, CONTACT_SCOPES, 'ListConnections');
}

/** Reading people/me needs a scope of the contacts or of the person's own profile. */
export function requirePersonScope(scope: string): void {
  requireScope(scope, [...CONTACT_SCOPES, ...PROFILE_SCOPES], 'GetPerson');
}

function requireScope(scope: string, sufficient: readonly string[], method: string): void {
  if (scope.split(' ').some((one) => sufficient.includes(one))) return;
  throw new GoogleError(403, 'PERMISSION_DENIED', 'Request had insufficient authentication scopes.', {
    reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
    metadata: { service: 'people.googleapis.com', method: `google.people.v1.PeopleService.${method}` },
  });
}

function invalidCredentials(reason: string): GoogleError {
  return unauthenticated(
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid ' +
      'authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
    reason,
  );
}

function unauthenticated(message: string, reason: string): GoogleError {
  const info = { reason, metadata: { service: 'people.googleapis.com' } };
  const realm = 'Bearer realm="https://accounts.google.com/"';
  const challenge = reason === 'CREDENTIALS_MISSING' ? realm : `${realm}, error="invalid_token"`;
  return new GoogleError(401, 'UNAUTHENTICATED', message, info, { 'www-authenticate': challenge });
}
