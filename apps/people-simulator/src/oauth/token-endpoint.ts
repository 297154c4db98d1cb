import { createHash, randomBytes } from 'node:crypto';
import { type Account, type AccountStore } from '../storage/account-store.js';
import { type Grant, type GrantStore } from '../storage/grant-store.js';
import { type TokenSeal } from '../storage/token-seal.js';
import { type AccessTokens } from './access-tokens.js';
import { type Clients } from './clients.js';
import { type AuthorizationRequest, type CodeStore } from './code-store.js';
import { idToken } from './id-token.js';
import { invalidGrant, invalidRequest, OAuthError } from './oauth-error.js';

export interface TokenEndpointParts {
  readonly accounts: AccountStore;
  readonly grants: GrantStore;
  readonly codes: CodeStore;
  readonly clients: Clients;
  readonly accessTokens: AccessTokens;
  readonly seal: TokenSeal;
}

/** A token request that was understood and checked; nothing is issued yet. */
export interface TokenExchange {
  readonly account: Account;
  /** The body of the 200 answer, as JSON. */
  issue(now: number): string;
}

/** `POST /token`: checks the request and finds its account. */
export function exchangeOf(
  form: URLSearchParams,
  authorization: string | undefined,
  parts: TokenEndpointParts,
  now: number,
): TokenExchange {
  const grantType = form.get('grant_type');
  if (grantType === null) throw invalidRequest('Missing required parameter: grant_type');
  const clientId = parts.clients.authenticate(form, authorization);
  if (grantType === 'refresh_token') return refreshExchange(form, clientId, parts);
  if (grantType === 'authorization_code') return codeExchange(form, clientId, parts, now);
  throw new OAuthError(400, 'unsupported_grant_type', `Invalid grant_type: ${grantType}`);
}

function refreshExchange(form: URLSearchParams, clientId: string, parts: TokenEndpointParts): TokenExchange {
  const refreshToken = form.get('refresh_token');
  if (refreshToken === null) throw invalidRequest('Missing required parameter: refresh_token');
  const grant = parts.grants.find(refreshToken);
  const account = grant && parts.accounts.find(grant.account);
  if (grant === undefined || account === undefined) throw invalidGrant('Bad Request');
  if (grant.clientId !== null && grant.clientId !== clientId) {
    throw new OAuthError(401, 'unauthorized_client', 'Unauthorized');
  }
  return {
    account,
    issue(now) {
      // Read again: the grant may have been revoked while a fault delayed the request.
      if (parts.grants.find(refreshToken)?.state !== 'active') {
        throw invalidGrant('Token has been expired or revoked.');
      }
      return answer(account, grant, { clientId, nonce: null }, parts, now);
    },
  };
}

function codeExchange(
  form: URLSearchParams,
  clientId: string,
  parts: TokenEndpointParts,
  now: number,
): TokenExchange {
  const code = form.get('code');
  if (code === null) throw invalidRequest('Missing required parameter: code');
  const found = parts.codes.find(code, now);
  const account = found && parts.accounts.find(found.account);
  if (found === undefined || account === undefined) throw invalidGrant('Malformed auth code.');
  const { request } = found;
  try {
    checkExchange(request, clientId, form);
  } catch (error) {
    // A wrong verifier uses the code up, so that nobody can guess again.
    parts.codes.spend(code);
    throw error;
  }
  return {
    account,
    issue(issuedAt) {
      if (!parts.codes.spend(code)) throw invalidGrant('Malformed auth code.');
      // Google gives a refresh token for offline access; a second one only with prompt=consent.
      const gives = request.offline && (request.consent || !parts.grants.hasActive(account.name, clientId));
      const refreshToken = `1//0${randomBytes(48).toString('base64url')}`;
      const grant: Grant = {
        refreshToken,
        account: account.name,
        clientId,
        scope: request.scope,
        state: 'active',
      };
      if (gives) parts.grants.add(grant);
      const body = answer(account, grant, { clientId, nonce: request.nonce }, parts, issuedAt);
      return gives ? JSON.stringify({ ...(JSON.parse(body) as object), refresh_token: refreshToken }) : body;
    },
  };
}

function checkExchange(request: AuthorizationRequest, clientId: string, form: URLSearchParams): void {
  if (request.clientId !== clientId) throw new OAuthError(401, 'unauthorized_client', 'Unauthorized');
  if (request.redirectUri !== form.get('redirect_uri')) {
    throw new OAuthError(400, 'redirect_uri_mismatch', 'Bad Request');
  }
  checkVerifier(request.codeChallenge, form.get('code_verifier'));
}

/** RFC 7636, S256. */
function checkVerifier(challenge: string | null, verifier: string | null): void {
  if (challenge === null) return;
  if (verifier === null) throw invalidGrant('Missing code verifier.');
  const computed = createHash('sha256').update(verifier).digest('base64url');
  if (computed !== challenge) throw invalidGrant('Invalid code verifier.');
}

function answer(
  account: Account,
  grant: Grant,
  client: { clientId: string; nonce: string | null },
  { accessTokens, seal }: TokenEndpointParts,
  now: number,
): string {
  const { lifetimeSeconds } = accessTokens;
  const openId = grant.scope.split(' ').includes('openid');
  return JSON.stringify({
    access_token: accessTokens.issue(account, grant, now),
    expires_in: lifetimeSeconds,
    scope: grant.scope,
    token_type: 'Bearer',
    ...(openId && {
      id_token: idToken(account, { ...client, scope: grant.scope }, lifetimeSeconds, seal, now),
    }),
  });
}
