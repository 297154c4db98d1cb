import { createHash } from 'node:crypto';

import { people } from '@googleapis/people';
import { CodeChallengeMethod, type OAuth2Client } from 'google-auth-library';

import { classifyGoogleError } from './classify-google-error.js';
import { CONTACTS_SCOPE } from './contacts-scope.js';
import { GoogleError } from './google-errors.js';
import { askForSubject, type GooglePerson } from './google-persons.js';
import { ISSUER, readIdToken, wrongClaim } from './id-token.js';
import { type GoogleClientSettings, oauthClient } from './oauth-client.js';
import { text } from './plain-text.js';

const SCOPES = ['openid', 'email', CONTACTS_SCOPE];

/** Who signed in, and the token with which we may read their contacts. */
export interface SignedIn extends GooglePerson {
  readonly refreshToken: string;
}

/** What Google sent back with the browser. */
export interface AuthorizationAnswer {
  readonly code: string;
  /** Who says that it answers (RFC 9207); undefined where nobody says so. */
  readonly issuer: string | undefined;
}

/** Google, or the person, did not let us in; the message says why. */
class SignInRefused extends GoogleError {}

/** The person signed in, and left the box for the contacts unticked: what was granted is of no use here. */
export class ContactsNotGranted extends SignInRefused {
  /** @param subject null where it is not known who it was */
  constructor(
    readonly refreshToken: string,
    readonly subject: string | null,
  ) {
    super('The access to contacts was not granted; sign in again and leave its box ticked');
  }
}

/** OAuth 2.0 for web servers with PKCE (RFC 7636): out by {@link begin}, back by {@link complete}. */
export class GoogleSignIn {
  constructor(
    private readonly settings: GoogleClientSettings,
    private readonly redirectUri: string,
  ) {}

  /**
   * @param state comes back with the browser; whoever began must recognize it
   * @param loginHint the address or the id of the person who is to sign in; null for anyone
   * @returns where to send the browser, and the secret that {@link complete} needs
   */
  async begin(state: string, loginHint: string | null): Promise<{ url: string; codeVerifier: string }> {
    const client = oauthClient(this.settings, { redirectUri: this.redirectUri });
    const { codeVerifier, codeChallenge } = await client.generateCodeVerifierAsync();
    const url = client.generateAuthUrl({
      // A refresh token comes only for offline access, and again only with a new consent.
      access_type: 'offline',
      // Without the first word, Google takes the account that the browser is signed in with.
      prompt: 'select_account consent',
      ...(loginHint === null ? {} : { login_hint: loginHint }),
      scope: SCOPES,
      state,
      nonce: nonceOf(codeVerifier),
      code_challenge_method: CodeChallengeMethod.S256,
      code_challenge: codeChallenge ?? '',
    });
    return { url, codeVerifier };
  }

  /** @throws SignInRefused, with the reason of whatever failed; ContactsNotGranted */
  async complete({ code, issuer }: AuthorizationAnswer, codeVerifier: string): Promise<SignedIn> {
    // Before the code is shown to anybody: it may be of another server than the one it would go to.
    if (issuer !== undefined && issuer !== ISSUER) {
      throw new SignInRefused(`The answer says that it is not from Google: its iss is not ${ISSUER}`);
    }
    const client = oauthClient(this.settings, { redirectUri: this.redirectUri });
    const tokens = await this.refusing('did not accept the sign-in', () =>
      exchange(client, code, codeVerifier),
    );
    const refreshToken = text(tokens.refresh_token);
    if (refreshToken === null) throw new SignInRefused('Google gave no refresh token; sign in again');
    const wrong = wrongClaim(tokens.id_token, {
      clientId: this.settings.clientId,
      nonce: nonceOf(codeVerifier),
      now: Date.now() / 1_000,
    });
    if (wrong !== null) {
      throw new SignInRefused(
        `Google's answer is not for this sign-in (${wrong} of its id_token); sign in again`,
      );
    }
    const { subject, email } = readIdToken(tokens.id_token);
    if (!(text(tokens.scope) ?? '').split(' ').includes(CONTACTS_SCOPE)) {
      throw new ContactsNotGranted(refreshToken, subject);
    }
    return { refreshToken, subject: subject ?? (await this.askWho(client)), email };
  }

  /** Of a client that has just received its tokens, whose id_token does not say. */
  private askWho(client: OAuth2Client): Promise<string> {
    const api = people({ version: 'v1', auth: client, rootUrl: `${this.settings.peopleApiUrl}/` });
    return this.refusing('did not say who signed in', () => askForSubject(api));
  }

  /** A person who waits at the browser tries again rather than that we do. */
  private async refusing<T>(what: string, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      const { tokenUrl } = this.settings;
      const failure = classifyGoogleError(error, { syncToken: false, pageToken: false, tokenUrl });
      if (!(failure instanceof GoogleError)) throw failure;
      throw new SignInRefused(`Google ${what} (${failure.message})`, { cause: error });
    }
  }
}

/** Ties the id_token to the sign-in without another secret to keep: nobody but us knows the verifier. */
function nonceOf(codeVerifier: string): string {
  return createHash('sha256').update(`nonce ${codeVerifier}`).digest('base64url');
}

/** What the token endpoint gave for the code, of whatever shape. */
async function exchange(
  client: OAuth2Client,
  code: string,
  codeVerifier: string,
): Promise<Partial<Record<'refresh_token' | 'scope' | 'id_token', unknown>>> {
  const { tokens } = await client.getToken({ code, codeVerifier });
  // Whatever came: the client hands it on.
  if (typeof tokens !== 'object' || (tokens as unknown) === null) return {};
  client.setCredentials(tokens);
  return tokens;
}
