import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { people, type people_v1 } from '@googleapis/people';
import { OAuth2Client } from 'google-auth-library';
import { type PeopleSimulator, type SimulatorOptions, startPeopleSimulator } from '../simulator.js';

export const MASK = 'names,emailAddresses,phoneNumbers,metadata';

type ListParameters = people_v1.Params$Resource$People$Connections$List;
type ListAnswer = people_v1.Schema$ListConnectionsResponse;

/** A whole list as a client gets it. */
export interface WholeList {
  readonly persons: people_v1.Schema$Person[];
  readonly pages: ListAnswer[];
  readonly syncToken: string | null | undefined;
}

/** A failed call as Google's client reports it. */
export interface Refusal {
  readonly status: number | undefined;
  readonly error: { message?: string; status?: string; reason?: string } & Record<string, unknown>;
  readonly headers: Headers | undefined;
}

/** A simulator on a free port and a folder of its own, with Google's own client and the control API at hand. */
export class SimulatedGoogle {
  simulator!: PeopleSimulator;
  readonly dataDir = mkdtempSync(join(tmpdir(), 'people-simulator-'));
  private options: Omit<SimulatorOptions, 'dataDir'> = {};

  async start(options: Omit<SimulatorOptions, 'dataDir'> = {}): Promise<this> {
    this.options = options;
    this.simulator = await startPeopleSimulator({ ...options, dataDir: this.dataDir });
    return this;
  }

  /** Stops it and starts it again on the same folder, on another port. */
  async restart(): Promise<void> {
    await this.simulator.stop();
    await this.start(this.options);
  }

  async end(): Promise<void> {
    await this.simulator.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  oauth(refreshToken = 'demo-refresh-token'): OAuth2Client {
    const { url } = this.simulator;
    const oauth = new OAuth2Client({
      clientId: 'client',
      clientSecret: 'secret',
      redirectUri: 'http://127.0.0.1:9/callback',
      endpoints: {
        oauth2AuthBaseUrl: `${url}/o/oauth2/v2/auth`,
        oauth2TokenUrl: `${url}/token`,
        oauth2RevokeUrl: `${url}/revoke`,
      },
    });
    oauth.setCredentials({ refresh_token: refreshToken });
    return oauth;
  }

  people(auth: OAuth2Client = this.oauth()): people_v1.People {
    return people({ version: 'v1', auth, rootUrl: `${this.simulator.url}/`, retry: false });
  }

  async page(parameters: ListParameters = {}, client = this.people()): Promise<ListAnswer> {
    const { data } = await client.people.connections.list({
      resourceName: 'people/me',
      personFields: MASK,
      ...parameters,
    });
    return data;
  }

  /** Pages through a whole list, full or incremental. */
  async list(parameters: ListParameters = {}, client = this.people()): Promise<WholeList> {
    const pages: ListAnswer[] = [];
    let pageToken: string | null | undefined;
    do {
      const wanted = parameters.syncToken === undefined ? { requestSyncToken: true } : {};
      const answer = await this.page({ ...wanted, ...parameters, ...(pageToken && { pageToken }) }, client);
      pages.push(answer);
      pageToken = answer.nextPageToken;
    } while (pageToken);
    const persons = pages.flatMap((page) => page.connections ?? []);
    return { persons, pages, syncToken: pages.at(-1)?.nextSyncToken };
  }

  /** A call of the control API; throws on any error status. */
  async control<T = Record<string, unknown>>(call: string, body?: unknown): Promise<T> {
    const [method, path] = call.split(' ') as [string, string];
    const response = await fetch(`${this.simulator.url}/control/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${call}: ${response.status} ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as T;
  }

  async truth(): Promise<people_v1.Schema$Person[]> {
    const { items } = await this.control<{ items: people_v1.Schema$Person[] }>('GET persons?limit=10000');
    return items;
  }

  /** The persons at the start of the truth, as the control API names them: without `people/`. */
  async ids(count: number): Promise<string[]> {
    return (await this.truth()).slice(0, count).map(idOf);
  }
}

export function idOf(person: people_v1.Schema$Person): string {
  return (person.resourceName ?? '').replace('people/', '');
}

/** What a call is refused with; throws when it is not. */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  try {
    await call;
  } catch (error) {
    const { response } = error as { response?: { status: number; data: unknown; headers: Headers } };
    const data = response?.data as { error?: unknown } | undefined;
    const inner = (typeof data?.error === 'object' ? data.error : data) as Record<string, unknown> | null;
    const details = inner?.details as { reason?: string }[] | undefined;
    const reason = details?.[0]?.reason;
    return {
      status: response?.status,
      error: { ...inner, ...(reason !== undefined && { reason }) },
      headers: response?.headers,
    };
  }
  throw new Error('the call was not refused');
}
