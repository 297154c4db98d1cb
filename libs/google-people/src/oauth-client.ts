import { JWT, OAuth2Client } from 'google-auth-library';

import { agentsFor } from './agents.js';
import { CONTACTS_SCOPE } from './contacts-scope.js';

/** A service account, as it proves itself. */
export interface ServiceAccountKey {
  readonly clientEmail: string;
  /** PEM. */
  readonly privateKey: string;
}

export interface GoogleClientSettings {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Root of the People API, without a slash at its end. */
  readonly peopleApiUrl: string;
  readonly authUrl: string;
  readonly tokenUrl: string;
  readonly revokeUrl: string;
  /** Acts for persons of organizations that let it; left out: there is none. */
  readonly serviceAccount?: ServiceAccountKey | undefined;
  /** The proxy for a URL, null for none; left out: for none. */
  readonly proxyOf?: (url: URL) => URL | null;
}

/** How long a request may take in all, its body included. */
export const REQUEST_TIMEOUT_MS = 60_000;

/** How long a client's requests may take, and where a browser comes back to. */
interface ClientOptions {
  readonly redirectUri?: string;
  readonly timeoutMs?: number;
}

/** Of our own OAuth client, for persons who sign in. */
export function oauthClient(
  settings: GoogleClientSettings,
  { redirectUri, timeoutMs }: ClientOptions = {},
): OAuth2Client {
  const client = new OAuth2Client({
    clientId: settings.clientId,
    clientSecret: settings.clientSecret,
    ...(redirectUri === undefined ? {} : { redirectUri }),
    ...requestOptions(settings, timeoutMs),
    endpoints: {
      oauth2AuthBaseUrl: settings.authUrl,
      oauth2TokenUrl: settings.tokenUrl,
      oauth2RevokeUrl: settings.revokeUrl,
    },
  });
  return sendingOnce(client);
}

/** Where Google's library sends a service account's assertions to, and nowhere else. */
const LIBRARYS_TOKEN_URL = 'https://oauth2.googleapis.com/token';

/** Of the service account, in a person's name. @param subject the person's address */
export function delegatedClient(
  settings: GoogleClientSettings,
  { clientEmail, privateKey }: ServiceAccountKey,
  subject: string,
  timeoutMs?: number,
): OAuth2Client {
  const client = new JWT({
    email: clientEmail,
    key: privateKey,
    subject,
    scopes: [CONTACTS_SCOPE],
    // Whoever it is sent to can use it nowhere else.
    additionalClaims: { aud: settings.tokenUrl },
    ...requestOptions(settings, timeoutMs),
  });
  client.transporter.interceptors.request.add({
    resolved: (request) => {
      if (request.url.href === LIBRARYS_TOKEN_URL) request.url = new URL(settings.tokenUrl);
      return Promise.resolve(request);
    },
  });
  return sendingOnce(client);
}

function requestOptions({ proxyOf }: GoogleClientSettings, timeoutMs = REQUEST_TIMEOUT_MS) {
  return {
    forceRefreshOnFailure: false,
    // Left alone, it takes any proxy of the environment for any address, this machine's own too.
    transporterOptions: { timeout: timeoutMs, agent: agentsFor(proxyOf) },
  };
}

/**
 * Has every request of a client end in time, and be made once: left alone, it waits for ever for a token endpoint that
 * hangs, tries it again within 100 ms, and asks at once a second time after each 403, also after one that says "too
 * many requests". It follows no redirect: Google's endpoints send none.
 */
function sendingOnce(client: OAuth2Client): OAuth2Client {
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
