import { people, type people_v1 } from '@googleapis/people';
import { OAuth2Client } from 'google-auth-library';

import { classifyGoogleError } from './classify-google-error.js';
import { GoogleUnavailable } from './google-errors.js';
import {
  type PeoplePage,
  type PeoplePageRequest,
  type PeopleSource,
  type PeopleSources,
} from './people-source.js';
import { DEFAULT_RETRY_LIMITS, type RetryLimits, retryPolicy } from './retry-policy.js';

export interface GoogleClientSettings {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Root of the People API, without a slash at its end. */
  readonly peopleApiUrl: string;
  readonly authUrl: string;
  readonly tokenUrl: string;
  readonly revokeUrl: string;
}

/** How long a request may take in all, its body included. */
const REQUEST_TIMEOUT_MS = 60_000;

/**
 * Google's People API over its own client. The client's retries are off: {@link retryPolicy} is the one owner of
 * retries. It does renew the access token, also after a 401 that comes before the token's announced end.
 */
export class GooglePeopleSources implements PeopleSources {
  readonly requestFingerprint: string;
  /** A client keeps its access token, so that an incremental run does not ask for one each time. */
  private readonly clients = new Map<string, people_v1.People>();

  constructor(
    private readonly settings: GoogleClientSettings,
    private readonly personFields: readonly string[],
    readonly pageSize: number,
    private readonly limits: RetryLimits = DEFAULT_RETRY_LIMITS,
  ) {
    this.requestFingerprint = JSON.stringify({ personFields, pageSize });
  }

  open(refreshToken: string): PeopleSource {
    const client = this.clientOf(refreshToken);
    const retry = retryPolicy(this.limits);
    return {
      // A retry that waits does not look at the signal, so its waiting is left behind.
      fetchPage: (request, signal) =>
        untilAborted(
          retry.execute(({ signal: attempt }) => this.fetchPage(client, request, attempt), signal),
          signal,
        ),
    };
  }

  /** Forgets the access token of an account that has been disconnected. */
  close(refreshToken: string): void {
    this.clients.delete(refreshToken);
  }

  private async fetchPage(
    client: people_v1.People,
    request: PeoplePageRequest,
    signal: AbortSignal,
  ): Promise<PeoplePage> {
    try {
      const { data } = await client.people.connections.list(
        {
          resourceName: 'people/me',
          personFields: this.personFields.join(','),
          pageSize: request.pageSize,
          requestSyncToken: true,
          ...(request.pageToken === null ? {} : { pageToken: request.pageToken }),
          ...(request.syncToken === null ? {} : { syncToken: request.syncToken }),
        },
        { retry: false, timeout: REQUEST_TIMEOUT_MS, signal },
      );
      return readPage(data);
    } catch (error) {
      if (signal.aborted) throw error;
      throw classifyGoogleError(error, {
        syncToken: request.syncToken !== null,
        pageToken: request.pageToken !== null,
      });
    }
  }

  private clientOf(refreshToken: string): people_v1.People {
    const known = this.clients.get(refreshToken);
    if (known !== undefined) return known;
    const auth = oauthClient(this.settings);
    auth.setCredentials({ refresh_token: refreshToken });
    const client = people({ version: 'v1', auth, rootUrl: `${this.settings.peopleApiUrl}/` });
    this.clients.set(refreshToken, client);
    return client;
  }
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => {
    aborted.reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
  };
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
    work.catch(() => undefined);
  }
}

export function oauthClient(settings: GoogleClientSettings, redirectUri?: string): OAuth2Client {
  return new OAuth2Client({
    clientId: settings.clientId,
    clientSecret: settings.clientSecret,
    ...(redirectUri === undefined ? {} : { redirectUri }),
    forceRefreshOnFailure: true,
    endpoints: {
      oauth2AuthBaseUrl: settings.authUrl,
      oauth2TokenUrl: settings.tokenUrl,
      oauth2RevokeUrl: settings.revokeUrl,
    },
  });
}

/** The client hands on whatever came; an answer that is no list must not read as an empty one. */
function readPage(data: unknown): PeoplePage {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw new GoogleUnavailable('Google answered with something that is not a list of people');
  }
  const answer = data as Record<string, unknown>;
  const connections = answer.connections ?? [];
  if (!Array.isArray(connections))
    throw new GoogleUnavailable('Google answered with connections that are no list');
  return {
    persons: connections,
    nextPageToken: token(answer.nextPageToken),
    nextSyncToken: token(answer.nextSyncToken),
    totalItems: typeof answer.totalItems === 'number' ? answer.totalItems : null,
  };
}

function token(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
