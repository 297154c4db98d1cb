import { people, type people_v1 } from '@googleapis/people';
import { PERSON_FIELDS } from '#contact';
import { OAuth2Client } from 'google-auth-library';

import { spawnSimulator, type SpawnedProcess } from '../../test/crash/spawned-process.js';

/** An account at the simulator. */
export interface GoogleAccount {
  readonly name: string;
  readonly persons: number;
  readonly refreshToken: string;
}

export interface GoogleCounters {
  readonly requests: number;
  readonly bytes: number;
}

/** The simulated Google, a process of its own. */
export class Google {
  private accounts = 0;

  private constructor(private readonly process_: SpawnedProcess) {}

  static async start(dataDir: string): Promise<Google> {
    return new Google(
      await spawnSimulator({
        SIMULATOR_DATA_DIR: dataDir,
        SIMULATOR_PERSONS: '0',
        // A benchmark may take longer than Google's hour.
        SIMULATOR_ACCESS_TOKEN_LIFETIME_SECONDS: '86400',
      }),
    );
  }

  get url(): string {
    return this.process_.url;
  }

  async createAccount(persons: number): Promise<GoogleAccount> {
    this.accounts += 1;
    const name = `bench-${this.accounts}`;
    await this.control('PUT', `/control/accounts/${name}`, { persons, seed: this.accounts });
    return { name, persons, refreshToken: `${name}-refresh-token` };
  }

  /** Edits different persons. @returns how many it found: of 1,000 asked for, a few may be missing */
  async change({ name }: GoogleAccount, edits: number, seed: number): Promise<number> {
    if (edits === 0) return 0;
    const body = await this.control('POST', `/control/persons/change?account=${name}`, { edits, seed });
    return (body as { edit: number }).edit;
  }

  /** Deletes that many persons. */
  async remove({ name }: GoogleAccount, deletes: number): Promise<void> {
    await this.control('POST', `/control/persons/change?account=${name}`, { deletes });
  }

  /** @returns the person's resource name */
  async createPerson({ name }: GoogleAccount, displayName: string): Promise<string> {
    const person = { names: [{ displayName }] };
    const body = await this.control('POST', `/control/persons?account=${name}`, person);
    return (body as { resourceName: string }).resourceName;
  }

  async edit({ name }: GoogleAccount, resourceName: string, fields: object): Promise<void> {
    const id = resourceName.replace('people/', '');
    await this.control('PATCH', `/control/persons/${id}?account=${name}`, fields);
  }

  /** Since its start. */
  async counters(): Promise<GoogleCounters> {
    const body = (await this.control('GET', '/control/counters')) as {
      byPath: Record<string, number>;
      bytesSent: number;
    };
    const requests = Object.values(body.byPath).reduce((sum, count) => sum + count, 0);
    return { requests, bytes: body.bytesSent };
  }

  /** Google's client as the service uses it. */
  client({ refreshToken }: GoogleAccount): people_v1.People {
    const auth = new OAuth2Client({
      clientId: 'client',
      clientSecret: 'secret',
      endpoints: { oauth2TokenUrl: `${this.url}/token` },
    });
    auth.setCredentials({ refresh_token: refreshToken });
    return people({ version: 'v1', auth, rootUrl: `${this.url}/` });
  }

  async stop(): Promise<void> {
    this.process_.signal('SIGTERM');
    await this.process_.ended;
  }

  private async control(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await this.process_.call(method, path, body);
    if (answer.status >= 400) throw new Error(`${method} ${path} was answered with ${answer.status}`);
    return answer.body as unknown;
  }
}

export interface ListOptions {
  readonly pageSize: number;
  readonly syncToken?: string | undefined;
  readonly personFields?: readonly string[];
}

/** The pages of a list, one after the other. */
export async function* pagesOf(
  client: people_v1.People,
  { pageSize, syncToken, personFields = PERSON_FIELDS }: ListOptions,
): AsyncGenerator<people_v1.Schema$ListConnectionsResponse> {
  let pageToken: string | null | undefined;
  do {
    const { data } = await client.people.connections.list(
      {
        resourceName: 'people/me',
        personFields: personFields.join(','),
        pageSize,
        requestSyncToken: true,
        ...(pageToken == null ? {} : { pageToken }),
        ...(syncToken === undefined ? {} : { syncToken }),
      },
      { retry: false },
    );
    yield data;
    pageToken = data.nextPageToken;
  } while (pageToken != null);
}

/** Reads a whole list and throws it away. @returns its sync token */
export async function readList(client: people_v1.People, options: ListOptions): Promise<string> {
  let token: string | null | undefined;
  for await (const page of pagesOf(client, options)) token = page.nextSyncToken;
  if (token == null) throw new Error('The list ended without a sync token');
  return token;
}
