import { type GrantStore } from '../storage/grant-store.js';
import { type AccessTokens } from './access-tokens.js';
import { invalidRequest, OAuthError } from './oauth-error.js';

/**
 * `POST /revoke`: ends the whole grant of a refresh or access token ("If the token is an access token and it
 * has a corresponding refresh token, the refresh token will also be revoked").
 */
export function revoke(form: URLSearchParams, grants: GrantStore, accessTokens: AccessTokens): void {
  const token = form.get('token');
  if (token === null) throw invalidRequest('Missing required parameter: token');
  const refreshToken = accessTokens.refreshTokenOf(token) ?? token;
  const grant = grants.find(refreshToken);
  if (grant?.state === 'ended') throw new OAuthError(400, 'invalid_token', 'Token expired or revoked');
  if (grant === undefined) throw new OAuthError(400, 'invalid_token', 'Invalid token');
  grants.end(refreshToken);
}
