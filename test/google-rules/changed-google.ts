import { afterAll, beforeAll, beforeEach, expect } from '@jest/globals';

import { type Answer, type Call } from '../support/call.js';
import { type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';
import { startImpatientService } from './impatient-service.js';

/** Persons at Google's, listed ten a page. */
export const CONTACTS = 25;
export const PAGES = 3;
/** How often a fault strikes that never ends by itself. */
export const ALWAYS = 1_000;

export interface LoggedRequest {
  readonly at: string;
  readonly path: string;
  readonly page: number | null;
  readonly query: Record<string, string | string[]>;
  readonly status: number | null;
}

/** What a failed sync must say. */
interface Failure {
  readonly status: number;
  readonly code: string;
  readonly says: RegExp;
  readonly advises: RegExp;
}

let started: Promise<TestService> | undefined;
let seed = 400;
afterAll(async () => {
  await (await started)?.stop();
});

/**
 * A whole service, the same one for every describe block of a run. Before each test, both sides know the same 25
 * contacts; then two of them change at Google's, one goes and a new one comes.
 */
export function changedGoogle(): ChangedGoogle {
  const google = new ChangedGoogle();
  beforeAll(async () => {
    started ??= startImpatientService((environment) => ({
      ...environment,
      SYNC_PAGE_SIZE: '10',
      DELETION_GUARD: 'off',
    }));
    google.service = await started;
  });
  beforeEach(() => google.change());
  return google;
}

export class ChangedGoogle {
  service!: TestService;
  /** Of the persons that both sides knew: 1 and 12 have changed since, 20 is gone. */
  names: string[] = [];

  readonly control: Call = (...call) => this.service.google.control(...call);

  async change(): Promise<void> {
    seed += 1;
    await this.heal();
    await this.control('POST', '/control/quota', {});
    await this.control('PUT', '/control/accounts/demo', { persons: CONTACTS, seed });
    if ((await this.sync('/full')).status !== 200) {
      await this.endWhatIsLeft();
      expect((await this.sync('/full')).status).toBe(200);
    }
    const { items } = (await this.control('GET', '/control/persons')).body;
    this.names = (items as { resourceName: string }[]).map((person) => person.resourceName);
    await this.control('PATCH', this.person(1), { nicknames: ['One'] });
    await this.control('PATCH', this.person(12), { nicknames: ['Twelve'] });
    await this.control('DELETE', this.person(20));
    await this.control('POST', '/control/persons', { count: 1 });
    await this.control('DELETE', '/control/requests');
  }

  sync(path = ''): Promise<Answer> {
    return this.service.api('POST', `/api/sync${path}`);
  }

  /** Where the simulator's control API has the person with this number. */
  person(index: number): string {
    return `/control/persons/${this.names[index]?.replace('people/', '') ?? ''}`;
  }

  /** Strikes lists. @param more `when` and `times`: once, unless told */
  fault(fault: object, more: object = {}): Promise<Answer> {
    return this.control('POST', '/control/faults', { where: 'connections', fault, ...more });
  }

  /** Strikes the token endpoint. */
  tokenFault(fault: object, times: number): Promise<Answer> {
    return this.control('POST', '/control/faults', { where: 'token', fault, times });
  }

  /** Ends all faults. */
  async heal(): Promise<void> {
    await this.control('DELETE', '/control/faults');
  }

  /** Since the changes, oldest first. */
  async requests(path = '/v1/people/me/connections'): Promise<LoggedRequest[]> {
    const { items } = (await this.control('GET', '/control/requests')).body;
    return (items as LoggedRequest[]).filter((request) => request.path === path);
  }

  async pagesAsked(): Promise<(number | null)[]> {
    return (await this.requests()).map(({ page }) => page);
  }

  async untilAsksForPage(page: number): Promise<void> {
    await waitFor(async () => (await this.pagesAsked()).includes(page), {
      what: `Google to be asked for page ${page}`,
      everyMs: 1,
    });
  }

  /** The stored sync token and the request that it belongs to. */
  async token(): Promise<unknown> {
    return (await sql(this.service.database, 'select sync_token, sync_token_request from sync_lists'))[0];
  }

  async account() {
    const [account] = (await this.service.api('GET', '/api/sync/status')).body.accounts;
    return account as { state: string; lastError: { code: string; detail: string } };
  }

  /** Of the event log. */
  async lastPosition(): Promise<string | undefined> {
    const [row] = await sql<{ last: string }>(
      this.service.database,
      'select max(position) as last from events',
    );
    return row?.last;
  }

  /** What signing in comes to; its doors are tested in sign-in.e2e. */
  async signInAgain(): Promise<void> {
    await sql(this.service.database, `update accounts set state = 'connected'`);
  }

  /** A failure that says what happened and what to do, took no token and left the account usable. */
  async failed({ status, body }: Answer, expected: Failure): Promise<void> {
    expect({ status, code: body.code }).toEqual({ status: expected.status, code: expected.code });
    expect(body.detail).toMatch(expected.says);
    expect(body.detail).toMatch(expected.advises);
    expect((await this.account()).lastError).toMatchObject({ code: expected.code });
    expect(body.detail).not.toMatch(/-refresh-token|ya29/);
  }

  /** A full sync in which page 2 fails so many times ends as if it had not. */
  async comesThroughAfter(times: number): Promise<void> {
    const { status, body } = await this.sync('/full');

    expect(status).toBe(200);
    expect(body.statistics).toMatchObject({ total_fetched: 25, created: 1, updated: 2, deleted: 1 });
    expect(await this.pagesAsked()).toEqual([1, ...Array<number>(times + 1).fill(2), 3]);
    await this.isGooglesState();
  }

  /** The next sync, with all faults ended, brings whatever the last one did not. */
  async nothingIsLost(): Promise<void> {
    await this.heal();
    const { body } = await this.sync();
    expect(body.status).toBe('success');
    await this.isGooglesState();
  }

  /** By way of the log alone: every contact once, versions without a gap, each event a change. */
  async isGooglesState(): Promise<void> {
    const { items } = (await this.control('GET', '/control/persons?limit=1000')).body;
    const google = (items as { resourceName: string }[]).map(({ resourceName }) => resourceName);
    const stored = await this.live();
    expect(stored.map(({ name }) => name)).toEqual(google.sort());
    const versions = Object.fromEntries(stored.map(({ name, version }) => [name, version]));
    const versionOf = (index: number) => versions[this.names[index] ?? ''];
    expect([versionOf(0), versionOf(1), versionOf(12)]).toEqual([1, 2, 2]);
    const [log] = await sql<{ gaps: string; created: string }>(
      this.service.database,
      `select count(*) filter (where version <> place) as gaps,
         count(*) filter (where data ->> 'change' = 'created' and version > 1) as created
       from (select *, row_number() over (partition by stream_id order by version) as place from events) log`,
    );
    expect(log).toEqual({ gaps: '0', created: '0' });
  }

  private live(): Promise<{ name: string; version: number }[]> {
    return sql(
      this.service.database,
      `select resource_name as name, version from contact_snapshots where not deleted order by resource_name collate "C"`,
    );
  }

  /** Of a test that failed. */
  private async endWhatIsLeft(): Promise<void> {
    await this.signInAgain();
    for (const { id } of (await this.service.api('GET', '/api/sync/runs?state=running')).body.items) {
      await this.service.api('POST', `/api/sync/runs/${id as string}/cancel`);
    }
  }
}
