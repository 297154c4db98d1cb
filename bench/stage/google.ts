import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { people, type people_v1 } from '@googleapis/people';
import { PERSON_FIELDS } from '#contact';
import { OAuth2Client } from 'google-auth-library';

import { spawnSimulator, type SpawnedProcess } from '../../test/crash/spawned-process.js';
import { callJson } from './http.js';
import { cpuMsOf } from './processor-time.js';
import { type GoogleCounters, RECALL } from './recorded-google/protocol.js';

/** An account at the simulator. */
export interface GoogleAccount {
  readonly name: string;
  readonly persons: number;
  readonly refreshToken: string;
}

/** The simulated Google, and before it the pages that were recalled, each a process of its own. */
export class Google {
  private accounts = 0;
  private readonly recalling = new Map<string, people_v1.People>();

  private constructor(
    private readonly simulator: SpawnedProcess,
    private readonly recorded: ChildProcess,
    readonly url: string,
  ) {}

  static async start(dataDir: string): Promise<Google> {
    const simulator = await spawnSimulator({
      SIMULATOR_DATA_DIR: dataDir,
      SIMULATOR_PERSONS: '0',
      // A benchmark may take longer than Google's hour.
      SIMULATOR_ACCESS_TOKEN_LIFETIME_SECONDS: '86400',
    });
    // It ends with us.
    const recorded = fork(resolve('bench/stage/recorded-google/main.ts'), {
      execArgv: [`--import=${pathToFileURL(resolve('test/support/resolve-typescript.mjs')).href}`],
      env: { PATH: process.env.PATH, SIMULATOR_URL: simulator.url },
    });
    const [{ url }] = (await once(recorded, 'message')) as [{ url: string }];
    return new Google(simulator, recorded, url);
  }

  async createAccount(persons: number): Promise<GoogleAccount> {
    this.accounts += 1;
    const name = `bench-${this.accounts}`;
    await this.control('PUT', `/control/accounts/${name}`, { persons, seed: this.accounts });
    return { name, persons, refreshToken: `${name}-refresh-token` };
  }

  /** Edits different persons. @returns how many it found: of 1,000 asked for, a few may be missing */
  async change(account: GoogleAccount, edits: number, seed: number): Promise<number> {
    if (edits === 0) return 0;
    const body = await this.alter(account, 'POST', '/control/persons/change', { edits, seed });
    return (body as { edit: number }).edit;
  }

  /** Deletes that many persons. */
  async remove(account: GoogleAccount, deletes: number): Promise<void> {
    await this.alter(account, 'POST', '/control/persons/change', { deletes });
  }

  /** @returns the person's resource name */
  async createPerson(account: GoogleAccount, displayName: string): Promise<string> {
    const body = await this.alter(account, 'POST', '/control/persons', { names: [{ displayName }] });
    return (body as { resourceName: string }).resourceName;
  }

  async edit(account: GoogleAccount, resourceName: string, fields: object): Promise<void> {
    await this.alter(account, 'PATCH', `/control/persons/${resourceName.replace('people/', '')}`, fields);
  }

  /**
   * Has the pages of a list in memory, so that who asks for it next need not wait for the simulator to make them; until the
   * account is changed.
   */
  async recall(account: GoogleAccount, options: ListOptions): Promise<void> {
    const { name } = account;
    const client = this.recalling.get(name) ?? this.client(account, { [RECALL]: 'yes' });
    this.recalling.set(name, client);
    await readList(client, options);
  }

  /** The simulator itself, for a load in which no page comes twice: no memory stands before it. */
  get simulated(): { readonly url: string } {
    return { url: this.simulator.url };
  }

  /** What the simulator has done since its start: all requests, and its processor time in ms, null where unknown. */
  async done(): Promise<{ readonly requests: number; readonly cpuMs: number | null }> {
    const { byPath } = (await this.control('GET', '/control/counters')) as { byPath: Record<string, number> };
    const requests = Object.values(byPath).reduce((total, count) => total + count, 0);
    return { requests, cpuMs: cpuMsOf(this.simulator.pid) };
  }

  /** From now on every page of the account's list is answered so. */
  async fault(
    { name }: GoogleAccount,
    fault: { readonly kind: string; readonly status?: number },
  ): Promise<void> {
    await this.control('POST', `/control/faults?account=${name}`, {
      where: 'connections',
      times: 1_000_000_000,
      fault,
    });
  }

  async liftFaults({ name }: GoogleAccount): Promise<void> {
    await this.control('DELETE', `/control/faults?account=${name}`);
  }

  /** How many persons each account has now, by its name. */
  async persons(): Promise<ReadonlyMap<string, number>> {
    const { items } = (await this.control('GET', '/control/accounts')) as {
      items: { name: string; persons: number }[];
    };
    return new Map(items.map(({ name, persons }) => [name, persons]));
  }

  /** The persons of an account as the simulator keeps them. */
  async personsOf({ name }: GoogleAccount): Promise<readonly unknown[]> {
    const path = `/control/persons?account=${name}&limit=100000`;
    return ((await this.control('GET', path)) as { items: unknown[] }).items;
  }

  /** What was asked for these accounts since the last call. */
  async counted(...accounts: readonly GoogleAccount[]): Promise<GoogleCounters> {
    const refreshTokens = accounts.map(({ refreshToken }) => refreshToken);
    const counters = (await this.command('counters', { refreshTokens })) as GoogleCounters[];
    const sum = (of: 'requests' | 'bytes' | 'passedOn'): number =>
      counters.reduce((total, counter) => total + counter[of], 0);
    return {
      requests: sum('requests'),
      bytes: sum('bytes'),
      passedOn: sum('passedOn'),
      pageMs: counters.flatMap(({ pageMs }) => pageMs),
    };
  }

  /** Google's client as the service uses it. @param headers sent with each request */
  client({ refreshToken }: GoogleAccount, headers: Readonly<Record<string, string>> = {}): people_v1.People {
    const auth = new OAuth2Client({
      clientId: 'client',
      clientSecret: 'secret',
      endpoints: { oauth2TokenUrl: `${this.url}/token` },
      transporterOptions: { headers },
    });
    auth.setCredentials({ refresh_token: refreshToken });
    return people({ version: 'v1', auth, rootUrl: `${this.url}/`, headers });
  }

  async stop(): Promise<void> {
    const ended = once(this.recorded, 'exit');
    this.recorded.kill();
    await ended;
    this.simulator.signal('SIGTERM');
    await this.simulator.ended;
  }

  /** Changes an account, whose answers are then others. */
  private async alter(
    { name, refreshToken }: GoogleAccount,
    method: string,
    path: string,
    body: object,
  ): Promise<unknown> {
    const answer = await this.control(method, `${path}?account=${name}`, body);
    await this.command('forget', { refreshToken });
    return answer;
  }

  private async command(name: string, body: object): Promise<unknown> {
    const answer = await callJson(`${this.url}/recorded/${name}`, 'POST', body);
    if (answer.status !== 200) throw new Error(`"${name}" was answered with ${answer.status}`);
    return answer.body;
  }

  private async control(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await this.simulator.call(method, path, body);
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
