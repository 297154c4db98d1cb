import { channel } from 'node:diagnostics_channel';

import { people, type people_v1 } from '@googleapis/people';
import { GaxiosError } from 'gaxios';
import { type OAuth2Client } from 'google-auth-library';

import { classifyGoogleError } from './classify-google-error.js';
import { type GoogleError, GoogleUnavailable } from './google-errors.js';
import { type GoogleList } from './lists/google-list.js';
import { type GoogleClientSettings, oauthClient, REQUEST_TIMEOUT_MS } from './oauth-client.js';
import { readNameAnswers } from './name-answers.js';
import {
  type NameAnswer,
  type PeoplePage,
  type PeoplePageRequest,
  type PeopleSource,
  type PeopleSources,
} from './people-source.js';
import { DEFAULT_RETRY_LIMITS, type RetryLimits, retryPolicy } from './retry-policy.js';

/** Tells how each request ended, as a {@link GoogleRequestMessage}. */
export const GOOGLE_REQUESTS = channel('contactstream:google-requests');

export interface GoogleRequestMessage {
  /** null: it was answered. What is given up at a stop is not told. */
  readonly error: GoogleError | null;
}

/** Google's client for one account, and the sign-in that it asks with. */
interface AccountClient {
  readonly people: people_v1.People;
  readonly auth: OAuth2Client;
  readonly refreshToken: string;
}

/**
 * Google's People API over its own client. The client's retries are off: {@link retryPolicy} is the one owner of
 * retries. It does renew the access token, also after a 401 that comes before the token's announced end.
 */
export class GooglePeopleSources implements PeopleSources {
  /** A client keeps its access token, so that an incremental run does not ask for one each time. */
  private readonly clients = new Map<string, AccountClient>();

  constructor(
    private readonly settings: GoogleClientSettings,
    readonly pageSize: number,
    private readonly limits: RetryLimits = DEFAULT_RETRY_LIMITS,
    private readonly requestTimeoutMs = REQUEST_TIMEOUT_MS,
  ) {}

  open(refreshToken: string, list: GoogleList): PeopleSource {
    const client = this.clientOf(refreshToken);
    const retry = retryPolicy(this.limits);
    // A retry that waits does not look at the signal, so its waiting is left behind.
    const retried = <T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> =>
      untilAborted(
        retry.execute(({ signal: attempt }) => work(attempt), signal),
        signal,
      );
    return {
      fetchPage: (request, signal) =>
        retried((attempt) => this.fetchPage(client, list, request, attempt), signal),
      lookUp: (names, signal) => retried((attempt) => this.lookUp(client, list, names, attempt), signal),
    };
  }

  /** Forgets the access token of an account that has been disconnected. */
  close(refreshToken: string): void {
    this.clients.delete(refreshToken);
  }

  private async fetchPage(
    client: AccountClient,
    list: GoogleList,
    request: PeoplePageRequest,
    signal: AbortSignal,
  ): Promise<PeoplePage> {
    const { pageSize, pageToken, syncToken } = request;
    const parameters = {
      ...list.parameters,
      pageSize,
      requestSyncToken: true,
      ...(pageToken === null ? {} : { pageToken }),
      ...(syncToken === null ? {} : { syncToken }),
    };
    const asked = { syncToken: syncToken !== null, pageToken: pageToken !== null };
    const ask = () => list.method(client.people).list(parameters, { retry: false, signal });
    return this.request(client, asked, signal, ask, (data) => readPage(data, list));
  }

  private async lookUp(
    client: AccountClient,
    list: GoogleList,
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, NameAnswer>> {
    const asked = { syncToken: false, pageToken: false };
    const ask = () => list.lookUp(client.people)({ resourceNames: names }, { retry: false, signal });
    return this.request(client, asked, signal, ask, (data) => readNameAnswers(data, names));
  }

  /** One request, once more after a 401 with a fresh access token, told on {@link GOOGLE_REQUESTS}. */
  private async request<T>(
    client: AccountClient,
    asked: { readonly syncToken: boolean; readonly pageToken: boolean },
    signal: AbortSignal,
    ask: () => Promise<{ readonly data: unknown }>,
    read: (data: unknown) => T,
  ): Promise<T> {
    try {
      const { data } = await ask().catch((error: unknown) => {
        if (!isUnauthorized(error)) throw error;
        client.auth.setCredentials({ refresh_token: client.refreshToken });
        return ask();
      });
      const answer = read(data);
      GOOGLE_REQUESTS.publish({ error: null } satisfies GoogleRequestMessage);
      return answer;
    } catch (error) {
      if (signal.aborted) throw error;
      const classified = classifyGoogleError(error, asked);
      GOOGLE_REQUESTS.publish({ error: classified } satisfies GoogleRequestMessage);
      throw classified;
    }
  }

  private clientOf(refreshToken: string): AccountClient {
    const known = this.clients.get(refreshToken);
    if (known !== undefined) return known;
    const auth = oauthClient(this.settings, { timeoutMs: this.requestTimeoutMs });
    auth.setCredentials({ refresh_token: refreshToken });
    const client = {
      people: people({ version: 'v1', auth, rootUrl: `${this.settings.peopleApiUrl}/` }),
      auth,
      refreshToken,
    };
    this.clients.set(refreshToken, client);
    return client;
  }
}

function isUnauthorized(error: unknown): boolean {
  return error instanceof GaxiosError && error.response?.status === 401;
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

/** The client hands on whatever came; an answer that is no list must not read as an empty one. */
function readPage(data: unknown, { items: what, member }: GoogleList): PeoplePage {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw new GoogleUnavailable(`Google answered with something that is not a list of ${what}`);
  }
  const answer = data as Record<string, unknown>;
  const items = answer[member] ?? [];
  if (!Array.isArray(items)) throw new GoogleUnavailable(`Google answered with ${member} that are no list`);
  return {
    // Taken out of the answer, which the client keeps until its next one: so they can be freed once they are read.
    items: items.splice(0),
    nextPageToken: token(answer.nextPageToken),
    nextSyncToken: token(answer.nextSyncToken),
    totalItems: count(answer.totalItems),
  };
}

/** A token that PostgreSQL cannot store as it came (U+0000, lone surrogate) counts as missing. */
function token(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value.isWellFormed() && !value.includes('\u0000')
    ? value
    : null;
}

/** The largest number that the API documents for it (int32). */
const MOST = 0x7fffffff;

function count(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MOST ? value : null;
}
