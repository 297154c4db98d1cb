import { OAuth2Client } from 'google-auth-library';

import { agentsFor } from './agents.js';

export interface GoogleClientSettings {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Root of the People API, without a slash at its end. */
  readonly peopleApiUrl: string;
  readonly authUrl: string;
  readonly tokenUrl: string;
  readonly revokeUrl: string;
  /** The proxy for a URL, null for none; left out: for none. */
  readonly proxyOf?: (url: URL) => URL | null;
}

/** How long a request may take in all, its body included. */
export const REQUEST_TIMEOUT_MS = 60_000;

/**
 * A client whose every request ends in time, and is made once: left alone, it waits for ever for a token endpoint that
 * hangs, tries it again within 100 ms, and asks at once a second time after each 403, also after one that says "too
 * many requests". It follows no redirect: Google's endpoints send none.
 */
export function oauthClient(
  settings: GoogleClientSettings,
  { redirectUri, timeoutMs = REQUEST_TIMEOUT_MS }: { redirectUri?: string; timeoutMs?: number } = {},
): OAuth2Client {
  const client = new OAuth2Client({
    clientId: settings.clientId,
    clientSecret: settings.clientSecret,
    ...(redirectUri === undefined ? {} : { redirectUri }),
    forceRefreshOnFailure: false,
    // Left alone, it takes any proxy of the environment for any address, this machine's own too.
    transporterOptions: { timeout: timeoutMs, agent: agentsFor(settings.proxyOf) },
    endpoints: {
      oauth2AuthBaseUrl: settings.authUrl,
      oauth2TokenUrl: settings.tokenUrl,
      oauth2RevokeUrl: settings.revokeUrl,
    },
  });
  client.transporter.interceptors.request.add({
    resolved: (request) => {
      request.retry = false;
      delete request.retryConfig;
      // What a request carries is for this address alone (RFC 9700, 4.12).
      request.redirect = 'manual';
      return Promise.resolve(request);
    },
  });
  return client;
}
