import { channel } from 'node:diagnostics_channel';

import { people, type people_v1 } from '@googleapis/people';
import { type Note, type Step, traced } from '#platform';
import { GaxiosError } from 'gaxios';
import { type OAuth2Client } from 'google-auth-library';

import { type Asked, classifyGoogleError, isUnauthorized } from './classify-google-error.js';
import { ClientRefused, type GoogleError, GoogleUnavailable, RateLimited } from './google-errors.js';
import { askForSubject, type GooglePerson } from './google-persons.js';
import { readIdToken } from './id-token.js';
import { type Grant } from './grant.js';
import { member } from './json-member.js';
import { type GoogleList } from './lists/google-list.js';
import {
  delegatedClient,
  type GoogleClientSettings,
  oauthClient,
  REQUEST_TIMEOUT_MS,
} from './oauth-client.js';
import { readNameAnswers } from './name-answers.js';
import {
  type NameAnswer,
  type PeoplePage,
  type PeoplePageRequest,
  type PeopleSource,
  type PeopleSources,
} from './people-source.js';
import { text } from './plain-text.js';
import { type RequestQuota } from './quota/request-quota.js';
import { type RequestRetry, type RequestWatch } from './request-watch.js';
import { DEFAULT_RETRY_LIMITS, requestRetry, type RetryLimits, retryPolicy } from './retry-policy.js';

/** Tells how each request ended, as a {@link GoogleRequestMessage}. */
export const GOOGLE_REQUESTS = channel('contactstream:google-requests');

/** Tells each request that is sent again, as a {@link GoogleRetryMessage}. */
export const GOOGLE_RETRIES = channel('contactstream:google-retries');

export type GoogleRetryMessage = RequestRetry;

export interface GoogleRequestMessage {
  /** null: it was answered. What is given up at a stop is not told. */
  readonly error: GoogleError | null;
  /** The same object for each request with the same sign-in. */
  readonly signIn: object;
}

/** A request, sent once. */
type Ask<T> = (signal: AbortSignal) => Promise<T>;

const NO_TOKENS = { syncToken: false, pageToken: false };

/** Google's client for one account, and the sign-in that it asks with. */
interface AccountClient {
  readonly people: people_v1.People;
  readonly auth: OAuth2Client;
  /** The one that Google gave last; null: it asks by a delegated grant. */
  refreshToken: string | null;
  /** The one that is known outside. */
  storedToken: string | null;
  /** Of the request that it is at. */
  watch: RequestWatch | null;
}

/** Credentials with which a service account's client asks for another access token. */
const NO_ACCESS_TOKEN = { refresh_token: 'none', expiry_date: 1 };

/** A client, and the grant that it was opened with. */
interface Access {
  readonly client: AccountClient;
  readonly grant: Grant;
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
    private readonly quota: RequestQuota,
    private readonly limits: RetryLimits = DEFAULT_RETRY_LIMITS,
    private readonly requestTimeoutMs = REQUEST_TIMEOUT_MS,
  ) {}

  /** Whether there is a service account that may act for persons. */
  get delegates(): boolean {
    return this.settings.serviceAccount !== undefined;
  }

  open(grant: Grant, list: GoogleList): PeopleSource {
    const access = { grant, client: this.clientOf(grant) };
    const retry = retryPolicy(this.limits);
    let watched: RequestWatch | null = null;
    retry.onRetry((failed) => {
      const error = 'error' in failed ? failed.error : undefined;
      const told = requestRetry(error, failed.delay, failed.attempt, this.limits);
      GOOGLE_RETRIES.publish(told satisfies GoogleRetryMessage);
      watched?.retries(told);
    });
    // A retry that waits does not look at the signal, so its waiting is left behind.
    const retried = <T>(
      route: string,
      ask: Ask<T>,
      signal: AbortSignal,
      watch: RequestWatch | null,
    ): Promise<T> => {
      watched = watch;
      return untilAborted(
        () =>
          retry.execute(({ signal: given, attempt }) => {
            access.client.watch = watch;
            return this.withinQuota(access.client, given, watch, () =>
              traced(this.step(route, attempt), (note) => statusNoted(ask(given), note)),
            );
          }, signal),
        signal,
      );
    };
    return {
      fetchPage: (request, signal, watch) =>
        retried(list.routes.list, this.page(access, list, request), signal, watch ?? null),
      lookUp: (names, signal, watch) =>
        retried(list.routes.lookUp, this.answersAbout(access, list, names), signal, watch ?? null),
    };
  }

  async whoIs(grant: Grant, signal = new AbortController().signal): Promise<GooglePerson> {
    const client = this.clientOf(grant);
    const ask = this.request({ grant, client }, NO_TOKENS, (given) => askForSubject(client.people, given));
    // The library renews an access token whatever the signal says.
    const subject = await untilAborted(
      () => this.withinQuota(client, signal, null, () => ask(signal)),
      signal,
    );
    // Came with the access token that people/me was asked with.
    const claims = readIdToken(client.auth.credentials.id_token);
    return { subject, email: claims.subject === subject ? claims.email : null };
  }

  /**
   * Ends what the person has granted: every token of theirs that this client has. Asked once; one that is over already
   * is no error.
   *
   * @throws GoogleError
   */
  async revoke(refreshToken: string): Promise<void> {
    const grant = { refreshToken };
    const client = this.clientOf(grant);
    const ask = this.request({ grant, client }, NO_TOKENS, async (signal) => {
      const { transporter } = client.auth;
      // In the body, as RFC 7009 says: an address, where the library puts it, ends up in logs.
      const data = new URLSearchParams({ token: refreshToken });
      await transporter
        .request({ url: this.settings.revokeUrl, method: 'POST', data, signal })
        .catch((error: unknown) => {
          if (!isNoToken(error)) throw error;
        });
    });
    await ask(new AbortController().signal);
    this.close(refreshToken);
  }

  /** Forgets the access token of an account that has been disconnected. */
  close(refreshToken: string): void {
    this.clients.delete(refreshToken);
  }

  /** One request as a trace shows it: without what is asked for, which has tokens and names in it. */
  private step(route: string, resends: number): () => Step {
    return () => {
      const url = new URL(`${this.settings.peopleApiUrl}${route}`);
      return {
        name: `GET ${route}`,
        kind: 'client',
        attributes: {
          'http.request.method': 'GET',
          'server.address': url.hostname,
          'server.port': Number(url.port === '' ? (url.protocol === 'http:' ? 80 : 443) : url.port),
          'url.full': url.href,
          'url.template': route,
          ...(resends === 0 ? {} : { 'http.request.resend_count': resends }),
        },
      };
    };
  }

  private page(access: Access, list: GoogleList, request: PeoplePageRequest): Ask<PeoplePage> {
    const { people: api } = access.client;
    const { pageSize, pageToken, syncToken } = request;
    const parameters = {
      ...list.parameters,
      pageSize,
      requestSyncToken: true,
      ...(pageToken === null ? {} : { pageToken }),
      ...(syncToken === null ? {} : { syncToken }),
    };
    const asked = { syncToken: syncToken !== null, pageToken: pageToken !== null };
    return this.request(access, asked, async (signal) => {
      const { data } = await list.method(api).list(parameters, { retry: false, signal });
      return readPage(data, list);
    });
  }

  private answersAbout(
    access: Access,
    list: GoogleList,
    names: readonly string[],
  ): Ask<ReadonlyMap<string, NameAnswer>> {
    return this.request(access, NO_TOKENS, async (signal) => {
      const { data } = await list.lookUp(access.client.people)(
        { resourceNames: names },
        { retry: false, signal },
      );
      return readNameAnswers(data, names);
    });
  }

  /**
   * A request that may be sent again, its failures classified. The access token is renewed once for it: Google turns
   * good ones away now and then, and counts what it turns away for nobody.
   */
  private request<T>({ client, grant }: Access, asked: Omit<Asked, 'tokenUrl'>, send: Ask<T>): Ask<T> {
    const { tokenUrl } = this.settings;
    let renewed = false;
    return async (signal) => {
      try {
        const answer = await send(signal).catch((error: unknown) => {
          if (renewed || !isUnauthorized(error, tokenUrl)) throw error;
          renewed = true;
          const { refreshToken } = client;
          client.auth.setCredentials(
            refreshToken === null ? NO_ACCESS_TOKEN : { refresh_token: refreshToken },
          );
          return send(signal);
        });
        GOOGLE_REQUESTS.publish({ error: null, signIn: client } satisfies GoogleRequestMessage);
        return answer;
      } catch (error) {
        if (signal.aborted) throw error;
        const isDelegated = client.refreshToken === null;
        const classified = classifyGoogleError(error, { ...asked, tokenUrl, isDelegated });
        GOOGLE_REQUESTS.publish({ error: classified, signIn: client } satisfies GoogleRequestMessage);
        throw classified;
      } finally {
        await this.store(client, grant);
      }
    };
  }

  /** Sends a request to the People API once Google's quota lets it through. */
  private async withinQuota<T>(
    client: AccountClient,
    signal: AbortSignal,
    watch: RequestWatch | null,
    send: () => Promise<T>,
  ): Promise<T> {
    await this.quota.admit(client, signal, () => watch?.waitsForQuota());
    watch?.sent();
    try {
      return await send();
    } catch (error) {
      if (error instanceof RateLimited) {
        await this.quota.exceeded(client, error.limit, error.retryAfterMs);
      }
      throw error;
    }
  }

  /** A replaced refresh token may count no longer: the new one is stored before anything is done with the answer. */
  private async store(client: AccountClient, grant: Grant): Promise<void> {
    const { refreshToken, storedToken } = client;
    if (refreshToken === null || storedToken === null || refreshToken === storedToken) return;
    if ('replaced' in grant) await grant.replaced(refreshToken, storedToken);
    client.storedToken = refreshToken;
    // Found by the former one, too, by whoever has read the account before.
    this.clients.set(refreshToken, client);
  }

  /** @throws ClientRefused where it takes a service account that there is not */
  private clientOf(grant: Grant): AccountClient {
    const key = 'subject' in grant ? `in the name of ${grant.subject}` : grant.refreshToken;
    const known = this.clients.get(key);
    if (known !== undefined) return known;
    const client = 'subject' in grant ? this.delegated(grant.subject) : this.ofPerson(grant.refreshToken);
    this.clients.set(key, client);
    return client;
  }

  private ofPerson(refreshToken: string): AccountClient {
    const auth = oauthClient(this.settings, { timeoutMs: this.requestTimeoutMs });
    auth.setCredentials({ refresh_token: refreshToken });
    const client = this.accountClient(auth, refreshToken);
    auth.on('tokens', (tokens) => {
      const latest = replacement(tokens);
      if (latest === null) return;
      client.refreshToken = latest;
      // The library would go on with the old one.
      auth.credentials.refresh_token = latest;
    });
    return client;
  }

  private delegated(subject: string): AccountClient {
    const { serviceAccount } = this.settings;
    if (serviceAccount === undefined) {
      throw new ClientRefused(
        'GOOGLE_SERVICE_ACCOUNT_FILE is not set, by which this account was connected: set it again, or have its person sign in',
      );
    }
    return this.accountClient(
      delegatedClient(this.settings, serviceAccount, subject, this.requestTimeoutMs),
      null,
    );
  }

  private accountClient(auth: OAuth2Client, refreshToken: string | null): AccountClient {
    const client: AccountClient = {
      people: people({ version: 'v1', auth, rootUrl: `${this.settings.peopleApiUrl}/` }),
      auth,
      refreshToken,
      storedToken: refreshToken,
      watch: null,
    };
    const tokenUrl = new URL(this.settings.tokenUrl).href;
    auth.transporter.interceptors.request.add({
      resolved: (request) => {
        if (request.url.href === tokenUrl) client.watch?.tokenAsked();
        return Promise.resolve(request);
      },
    });
    auth.on('tokens', () => client.watch?.tokenAnswered());
    return client;
  }
}

/** Notes the status of what came, if anything did; whatever is understood came with 200. */
async function statusNoted<T>(answer: Promise<T>, note: Note): Promise<T> {
  try {
    const answered = await answer;
    note({ 'http.response.status_code': 200 });
    return answered;
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    const status = cause instanceof GaxiosError ? cause.response?.status : undefined;
    if (status !== undefined) note({ 'http.response.status_code': status });
    throw error;
  }
}

/** The refresh token that an answer of the token endpoint, of whatever shape, gives in place of the one that was sent. */
function replacement(tokens: unknown): string | null {
  return text(member(tokens, 'refresh_token'));
}

/** https://developers.google.com/identity/protocols/oauth2/web-server#tokenrevoke */
function isNoToken(error: unknown): boolean {
  const { status, data } = (error as { response?: { status?: unknown; data?: unknown } }).response ?? {};
  return status === 400 && (data as { error?: unknown } | null)?.error === 'invalid_token';
}

/** Begins nothing where the signal is aborted already, and leaves the work behind once it is. */
async function untilAborted<T>(begin: () => Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const work = begin();
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
    nextPageToken: text(answer.nextPageToken),
    nextSyncToken: text(answer.nextSyncToken),
    totalItems: count(answer.totalItems),
  };
}

/** The largest number that the API documents for it (int32). */
const MOST = 0x7fffffff;

function count(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MOST ? value : null;
}
