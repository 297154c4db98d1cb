import { type Grant, type GrantStore } from '../storage/grant-store.js';
import { type AccessTokens } from './access-tokens.js';
import { invalidRequest, OAuthError } from './oauth-error.js';

/**
 * `POST /revoke`: finds the grant of a refresh or access token. Revoking it ends every token of its person and client ("If
 * the token is an access token and it has a corresponding refresh token, the refresh token will also be revoked").
 */
export function revokedGrant(form: URLSearchParams, grants: GrantStore, accessTokens: AccessTokens): Grant {
  const token = form.get('token');
  if (token === null) throw invalidRequest('Missing required parameter: token');
  const refreshToken = accessTokens.refreshTokenOf(token) ?? token;
  const grant = grants.find(refreshToken);
  if (grant?.state === 'ended') throw new OAuthError(400, 'invalid_token', 'Token expired or revoked');
  if (grant === undefined) throw new OAuthError(400, 'invalid_token', 'Invalid token');
  return grant;
}
