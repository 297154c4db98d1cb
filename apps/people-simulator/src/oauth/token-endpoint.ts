import { createHash, randomBytes } from 'node:crypto';
import { type Account } from '../storage/account-store.js';
import { type Grant } from '../storage/grant-store.js';
import { type AuthorizationRequest } from './code-store.js';
import { idToken } from './id-token.js';
import { jwtBearerExchange } from './jwt-bearer.js';
import { invalidGrant, invalidRequest, OAuthError } from './oauth-error.js';
import { type TokenEndpointParts, type TokenExchange, type TokenRequest } from './token-exchange.js';

/** `POST /token`: checks the request and finds its account. */
export function exchangeOf(request: TokenRequest, parts: TokenEndpointParts, now: number): TokenExchange {
  const { form, authorization } = request;
  const grantType = form.get('grant_type');
  if (grantType === null) throw invalidRequest('Missing required parameter: grant_type');
  // The assertion says who asks.
  if (grantType === JWT_BEARER) return jwtBearerExchange(request, parts, now);
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
    issue(now, rotates) {
      // Read again: the grant may have been revoked while a fault delayed the request.
      if (parts.grants.find(refreshToken)?.state !== 'active') {
        throw invalidGrant('Token has been expired or revoked.');
      }
      const client = { clientId, nonce: null };
      if (!rotates) return answer(account, grant, client, parts, now);
      const next = { ...grant, refreshToken: freshToken() };
      parts.grants.replace(refreshToken, next);
      return withRefreshToken(answer(account, next, client, parts, now), next);
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
  if (found.isSpent) {
    // Somebody has the code who should not: what it gave is taken back (RFC 6749, 4.1.2).
    if (found.refreshToken !== null) parts.grants.end(found.refreshToken);
    throw invalidGrant('Malformed auth code.');
  }
  try {
    checkExchange(request, clientId, form);
  } catch (error) {
    // A wrong verifier uses the code up, so that nobody can guess again.
    parts.codes.spend(code, null);
    throw error;
  }
  return {
    account,
    issue(issuedAt) {
      // Google gives a refresh token for offline access; a second one only with prompt=consent.
      const gives = request.offline && (request.consent || !parts.grants.hasActive(account.name, clientId));
      const grant: Grant = {
        refreshToken: freshToken(),
        account: account.name,
        clientId,
        scope: request.scope,
        state: gives ? 'active' : 'access-only',
      };
      if (!parts.codes.spend(code, grant.refreshToken)) throw invalidGrant('Malformed auth code.');
      parts.grants.add(grant);
      const body = answer(account, grant, { clientId, nonce: request.nonce }, parts, issuedAt);
      return gives ? withRefreshToken(body, grant) : body;
    },
  };
}

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

function freshToken(): string {
  return `1//0${randomBytes(48).toString('base64url')}`;
}

function withRefreshToken(body: string, { refreshToken }: Grant): string {
  return JSON.stringify({ ...(JSON.parse(body) as object), refresh_token: refreshToken });
}

function checkExchange(request: AuthorizationRequest, clientId: string, form: URLSearchParams): void {
  if (request.clientId !== clientId) throw new OAuthError(401, 'unauthorized_client', 'Unauthorized');
  if (request.redirectUri !== form.get('redirect_uri')) {
    throw new OAuthError(400, 'redirect_uri_mismatch', 'Bad Request');
  }
  checkVerifier(request.codeChallenge, form.get('code_verifier'));
}

/**
 * RFC 7636, S256. A verifier for a code without a challenge is refused: somebody took the challenge out of the request,
 * so that the code can be used without it (RFC 9700, 4.8.2).
 */
function checkVerifier(challenge: string | null, verifier: string | null): void {
  if (challenge === null) {
    if (verifier === null) return;
    throw invalidGrant('code_verifier or verifier is not needed.');
  }
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
