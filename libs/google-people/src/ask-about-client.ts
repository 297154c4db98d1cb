import { GaxiosError } from 'gaxios';

import { classifyGoogleError } from './classify-google-error.js';
import { ClientRefused, SignInNeeded } from './google-errors.js';
import { type GoogleClientSettings, oauthClient } from './oauth-client.js';

/** A grant that Google never gave: it says so to a client that it knows, and refuses any other client before it looks. */
const NO_GRANT = 'contactstream-asks-whether-its-client-is-known';

const ANSWER_MS = 5_000;

export interface ClientStanding {
  /** null: Google knows the client; else what it said, and what to do. */
  readonly refusal: string | null;
  /** How far our clock is ahead of Google's; null where Google did not say what time it is. */
  readonly skewMs: number | null;
}

/**
 * Asks Google whether it knows the service's OAuth client; nobody's grant is used.
 *
 * @throws GoogleError where Google does not say: it cannot be reached, or is not well
 */
export async function askAboutClient(settings: GoogleClientSettings): Promise<ClientStanding> {
  const client = oauthClient(settings, { timeoutMs: ANSWER_MS });
  client.setCredentials({ refresh_token: NO_GRANT });
  try {
    await client.getAccessToken();
    return { refusal: null, skewMs: null };
  } catch (error) {
    const failure = classifyGoogleError(error, {
      syncToken: false,
      pageToken: false,
      tokenUrl: settings.tokenUrl,
    });
    const skewMs = skewOf(error);
    if (failure instanceof SignInNeeded) return { refusal: null, skewMs };
    if (failure instanceof ClientRefused) return { refusal: failure.message, skewMs };
    throw failure;
  }
}

function skewOf(error: unknown): number | null {
  const date = error instanceof GaxiosError ? error.response?.headers.get('date') : null;
  return date == null ? null : Date.now() - Date.parse(date);
}
