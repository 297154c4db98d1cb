import { CodeChallengeMethod } from 'google-auth-library';

import { classifyGoogleError } from './classify-google-error.js';
import { GoogleError } from './google-errors.js';
import { type GoogleClientSettings, oauthClient } from './oauth-client.js';

const SCOPES = ['openid', 'email', 'https://www.googleapis.com/auth/contacts.readonly'];

/** Who signed in, and the token with which we may read their contacts. */
export interface SignedIn {
  readonly refreshToken: string;
  /** The `sub` of the id_token: stays the same when the address changes. */
  readonly subject: string;
  readonly email: string | null;
}

/** Google, or the person, did not let us in; the message says why. */
class SignInRefused extends GoogleError {}

/** OAuth 2.0 for web servers with PKCE (RFC 7636): out by {@link begin}, back by {@link complete}. */
export class GoogleSignIn {
  constructor(
    private readonly settings: GoogleClientSettings,
    private readonly redirectUri: string,
  ) {}

  /**
   * @param state comes back with the browser; whoever began must recognize it
   * @returns where to send the browser, and the secret that {@link complete} needs
   */
  async begin(state: string): Promise<{ url: string; codeVerifier: string }> {
    const client = oauthClient(this.settings, { redirectUri: this.redirectUri });
    const { codeVerifier, codeChallenge } = await client.generateCodeVerifierAsync();
    const url = client.generateAuthUrl({
      // A refresh token comes only for offline access, and again only with a new consent.
      access_type: 'offline',
      prompt: 'consent',
      scope: SCOPES,
      state,
      code_challenge_method: CodeChallengeMethod.S256,
      code_challenge: codeChallenge ?? '',
    });
    return { url, codeVerifier };
  }

  /** @throws SignInRefused, or another GoogleError when Google cannot be reached */
  async complete(code: string, codeVerifier: string): Promise<SignedIn> {
    const { tokens } = await this.exchange(code, codeVerifier);
    if (tokens.refresh_token == null) throw new SignInRefused('Google gave no refresh token; sign in again');
    if (!(tokens.scope ?? '').split(' ').includes('https://www.googleapis.com/auth/contacts.readonly')) {
      throw new SignInRefused(
        'The access to contacts was not granted; sign in again and leave its box ticked',
      );
    }
    const { sub, email } = claims(tokens.id_token);
    if (sub === undefined) throw new SignInRefused('Google did not say who signed in');
    return { refreshToken: tokens.refresh_token, subject: sub, email: email ?? null };
  }

  private async exchange(code: string, codeVerifier: string) {
    try {
      return await oauthClient(this.settings, { redirectUri: this.redirectUri }).getToken({
        code,
        codeVerifier,
      });
    } catch (error) {
      const failure = classifyGoogleError(error, { syncToken: false, pageToken: false });
      throw failure instanceof GoogleError
        ? new SignInRefused(`Google did not accept the sign-in (${failure.message})`, { cause: error })
        : failure;
    }
  }
}

/**
 * The claims of an id_token. It came straight from the token endpoint over TLS, which stands for its signature
 * (OpenID Connect Core 3.1.3.7, 6).
 */
function claims(idToken: string | null | undefined): { sub?: string; email?: string } {
  const payload = idToken?.split('.')[1];
  if (payload === undefined) return {};
  const value: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  if (typeof value !== 'object' || value === null) return {};
  const { sub, email } = value as { sub?: unknown; email?: unknown };
  return {
    ...(typeof sub === 'string' && sub !== '' ? { sub } : {}),
    ...(typeof email === 'string' && email !== '' ? { email } : {}),
  };
}
