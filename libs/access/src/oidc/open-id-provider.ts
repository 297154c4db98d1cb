import { CodedError } from '#platform';
import * as oidc from 'openid-client';

import { type Person } from '../sessions/open-session/open-session.command.js';
import { personOf, readGroups } from './person-of.js';

/** How long the provider may take for an answer. */
const ANSWER_SECONDS = 10;

export interface OpenIdSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where the provider sends browsers back. */
  readonly callbackUrl: string;
  /** Which claim has the groups of a person. */
  readonly groupsClaim: string;
}

/** What the browser that began keeps, so that no other one can end what it began. */
export interface SignInSecret {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** Signs people in by OpenID Connect: authorization code with PKCE, state and nonce. */
export class OpenIdProvider {
  private discovered: Promise<oidc.Configuration> | null = null;

  constructor(private readonly settings: OpenIdSettings) {}

  /** @throws CodedError oidc-unavailable */
  async begin(): Promise<{ readonly url: string; readonly secret: SignInSecret }> {
    const provider = await this.provider();
    const secret = {
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      codeVerifier: oidc.randomPKCECodeVerifier(),
    };
    // Providers refuse a scope that they do not know.
    const hasGroups = provider.serverMetadata().scopes_supported?.includes('groups') === true;
    const url = oidc.buildAuthorizationUrl(provider, {
      redirect_uri: this.settings.callbackUrl,
      scope: `openid profile email${hasGroups ? ' groups' : ''}`,
      state: secret.state,
      nonce: secret.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(secret.codeVerifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, secret };
  }

  /**
   * @param query of the address that the browser came back to
   * @throws CodedError oidc-unavailable, oidc-refused
   */
  async complete(query: string, { state, nonce, codeVerifier }: SignInSecret): Promise<Person> {
    const provider = await this.provider();
    const { callbackUrl, issuer, groupsClaim } = this.settings;
    try {
      const tokens = await oidc.authorizationCodeGrant(provider, new URL(`${callbackUrl}?${query}`), {
        pkceCodeVerifier: codeVerifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) throw refused();
      // Many providers put the groups into the one place only.
      const isAsked = readGroups(claims, groupsClaim) === null && provider.serverMetadata().userinfo_endpoint;
      const more = isAsked ? await oidc.fetchUserInfo(provider, tokens.access_token, claims.sub) : {};
      return personOf({ ...more, ...claims }, issuer, groupsClaim);
    } catch (error) {
      throw error instanceof CodedError ? error : refusalOf(error);
    }
  }

  private async provider(): Promise<oidc.Configuration> {
    this.discovered ??= this.discover();
    try {
      return await this.discovered;
    } catch (error) {
      this.discovered = null;
      throw unavailable(error);
    }
  }

  private discover(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = this.settings;
    const isPlain = issuer.startsWith('http:');
    return oidc.discovery(new URL(issuer), clientId, clientSecret, shownAs(clientSecret), {
      timeout: ANSWER_SECONDS,
      // The configuration allows it on loopback alone.
      // oxlint-disable-next-line typescript/no-deprecated -- marked so as a warning, and there to stay
      ...(isPlain ? { execute: [oidc.allowInsecureRequests] } : {}),
    });
  }
}

/** By HTTP's own way, which is what providers expect unless they say otherwise (OpenID Connect Core, 9), else in the body. */
function shownAs(clientSecret: string): oidc.ClientAuth {
  const [basic, post] = [oidc.ClientSecretBasic(clientSecret), oidc.ClientSecretPost(clientSecret)];
  return (provider, ...request) => {
    const methods = provider.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    (methods.includes('client_secret_basic') ? basic : post)(provider, ...request);
  };
}

const REFUSED_CLIENT = new Set(['invalid_client', 'unauthorized_client']);
const CLIENT_REFUSED = 'It refuses this service: look at OIDC_CLIENT_ID and OIDC_CLIENT_SECRET.';

/** The provider's own words may name the person; its codes do not. */
function refusalOf(error: unknown): CodedError {
  if (error instanceof oidc.AuthorizationResponseError || error instanceof oidc.ResponseBodyError) {
    const code = /^[\w-]{1,60}$/.test(error.error) ? error.error : 'no reason';
    return refused(REFUSED_CLIENT.has(code) ? CLIENT_REFUSED : `It says: ${code}.`, error);
  }
  if (error instanceof oidc.WWWAuthenticateChallengeError) return refused(CLIENT_REFUSED, error);
  if (error instanceof oidc.ClientError && error.code === 'OAUTH_TIMEOUT') return unavailable(error);
  if (error instanceof TypeError && error.message === 'fetch failed') return unavailable(error);
  return refused('What it answered does not belong to this sign-in, or cannot be trusted.', error);
}

function refused(why = 'It told nothing of the person.', cause?: unknown): CodedError {
  return new CodedError('oidc-refused', `The OpenID provider did not sign you in. ${why}`, {}, { cause });
}

function unavailable(cause: unknown): CodedError {
  return new CodedError(
    'oidc-unavailable',
    'The OpenID provider does not answer as one. Try again in a moment; if it lasts, look at OIDC_ISSUER.',
    {},
    { cause },
  );
}
