import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { type Answer } from '../support/call.js';
import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';
import { IMPATIENT, startImpatientService } from './impatient-service.js';

const CONTACTS = 25;
const PAGES = 3;
const ALWAYS = 1_000;

interface LoggedRequest {
  readonly at: string;
  readonly path: string;
  readonly page: number | null;
  readonly query: Record<string, string>;
  readonly status: number | null;
}

/** A whole service against a Google that fails in every way that is known of it, and of networks. */
describe('Whatever Google does', () => {
  let service: TestService;
  let names: string[];
  let seed = 400;
  beforeAll(async () => {
    service = await startImpatientService((environment) => ({
      ...environment,
      SYNC_PAGE_SIZE: '10',
      DELETION_GUARD: 'off',
    }));
  });
  afterAll(() => service.stop());

  /** Both sides know the same contacts; two of them have changed, one is gone and one is new at Google's since. */
  beforeEach(async () => {
    seed += 1;
    const { control } = service.google;
    await control('DELETE', '/control/faults');
    await control('POST', '/control/quota', {});
    await endWhatIsLeft();
    await control('PUT', '/control/accounts/demo', { persons: CONTACTS, seed });
    expect((await sync('/full')).status).toBe(200);
    const { items } = (await control('GET', '/control/persons')).body;
    names = (items as { resourceName: string }[]).map((person) => person.resourceName);
    await control('PATCH', `/control/persons/${idOf(names[1])}`, { nicknames: ['One'] });
    await control('PATCH', `/control/persons/${idOf(names[12])}`, { nicknames: ['Twelve'] });
    await control('DELETE', `/control/persons/${idOf(names[20])}`);
    await control('POST', '/control/persons', { count: 1 });
    await control('DELETE', '/control/requests');
  });

  /** Of a test that failed. */
  const endWhatIsLeft = async (): Promise<void> => {
    await sql(service.database, `update accounts set state = 'connected'`);
    for (const { id } of (await service.api('GET', '/api/sync/runs?state=running')).body.items) {
      await service.api('POST', `/api/sync/runs/${id as string}/cancel`);
    }
  };
  const idOf = (resourceName: string | undefined) => resourceName?.replace('people/', '') ?? '';
  const sync = (path = '') => service.api('POST', `/api/sync${path}`);
  const fault = (fault_: object, more: object = {}) =>
    service.google.control('POST', '/control/faults', { where: 'connections', fault: fault_, ...more });
  const requests = async (path = '/v1/people/me/connections'): Promise<LoggedRequest[]> => {
    const { items } = (await service.google.control('GET', '/control/requests')).body;
    return (items as LoggedRequest[]).filter((request) => request.path === path);
  };
  const live = async (): Promise<Record<string, unknown>[]> =>
    sql(
      service.database,
      `select resource_name as name, version from contact_snapshots where not deleted order by resource_name collate "C"`,
    );
  const token = async (): Promise<unknown> =>
    (await sql(service.database, 'select sync_token, sync_token_request from sync_lists'))[0];
  const lastError = async () =>
    (await service.api('GET', '/api/sync/status')).body.accounts[0].lastError as {
      code: string;
      detail: string;
    };

  /** Google's state, by way of the log alone: every contact once, versions without a gap, each event a change. */
  const nothingIsLost = async (): Promise<void> => {
    const { body } = await sync();
    expect(body.status).toBe('success');
    await isGooglesState();
  };
  const isGooglesState = async (): Promise<void> => {
    const { items } = (await service.google.control('GET', '/control/persons?limit=1000')).body;
    const google = (items as { resourceName: string }[]).map(({ resourceName }) => resourceName);
    const stored = await live();
    expect(stored.map(({ name }) => name)).toEqual(google.sort());
    const versions = Object.fromEntries(stored.map(({ name, version }) => [name, version]));
    expect([versions[names[0] ?? ''], versions[names[1] ?? ''], versions[names[12] ?? '']]).toEqual([
      1, 2, 2,
    ]);
    const [log] = await sql<{ gaps: string; created: string }>(
      service.database,
      `select count(*) filter (where version <> place) as gaps,
         count(*) filter (where data ->> 'change' = 'created' and version > 1) as created
       from (select *, row_number() over (partition by stream_id order by version) as place from events) log`,
    );
    expect(log).toEqual({ gaps: '0', created: '0' });
  };
  /** A failure that says what happened and what to do, took no token and left the account usable. */
  const failed = async (
    { status, body }: Answer,
    expected: { status: number; code: string; says: RegExp; advises: RegExp },
  ): Promise<void> => {
    expect({ status, code: body.code }).toEqual({ status: expected.status, code: expected.code });
    expect(body.detail).toMatch(expected.says);
    expect(body.detail).toMatch(expected.advises);
    expect(await lastError()).toMatchObject({ code: expected.code });
    expect(body.detail).not.toMatch(/-refresh-token|ya29/);
  };

  describe('passes by itself:', () => {
    it.each([
      ['HTTP 429 with Retry-After in seconds', { kind: 'status', status: 429, retryAfter: 0 }, 2],
      ['HTTP 429 without it', { kind: 'status', status: 429 }, 2],
      ['HTTP 403 with a rate limit', { kind: 'status', status: 403, reason: 'rateLimitExceeded' }, 1],
      [
        'HTTP 403 with a user’s rate limit',
        { kind: 'status', status: 403, reason: 'userRateLimitExceeded' },
        1,
      ],
      ['HTTP 403 with a quota', { kind: 'status', status: 403, reason: 'quotaExceeded' }, 1],
      [
        'HTTP 403 with a quota in the older shape',
        {
          kind: 'status',
          status: 403,
          body: '{"error":{"code":403,"message":"Quota","errors":[{"reason":"rateLimitExceeded"}]}}',
        },
        1,
      ],
      ['HTTP 500', { kind: 'status', status: 500 }, 2],
      ['HTTP 503', { kind: 'status', status: 503 }, 3],
      ['HTTP 408', { kind: 'status', status: 408 }, 1],
      ['a server that hangs', { kind: 'hang' }, 1],
      ['a body that drips too slowly', { kind: 'slow', bytesPerSecond: 50 }, 1],
      ['half a body', { kind: 'half-body' }, 2],
      ['a web page with HTTP 200', { kind: 'html' }, 2],
      ['a web page with HTTP 502', { kind: 'html', status: 502 }, 2],
      ['invalid JSON', { kind: 'invalid-json' }, 2],
      ['a reset connection', { kind: 'reset' }, 3],
    ])('%s', async (_, broken, times) => {
      await fault(broken, { when: { page: 2 }, times });

      const { status, body } = await sync('/full');

      expect(status).toBe(200);
      expect(body.statistics).toMatchObject({ total_fetched: 25, created: 1, updated: 2, deleted: 1 });
      expect((await requests()).map(({ page }) => page)).toEqual([1, ...Array<number>(times + 1).fill(2), 3]);
      await isGooglesState();
    });

    it('and a drip that is fast enough is no failure', async () => {
      await fault({ kind: 'slow', bytesPerSecond: 200_000 }, { times: PAGES });
      expect((await sync('/full')).status).toBe(200);
      expect(await requests()).toHaveLength(PAGES);
      await isGooglesState();
    });

    it('nor is a body of 50 MB', async () => {
      await fault({ kind: 'huge', megabytes: 50 }, { times: 1 });
      // Half a second is less than this needs on a busy machine; then a further try brings it.
      expect((await sync('/full')).status).toBe(200);
      await isGooglesState();
    });
  });

  describe('when it does not pass, the run fails and says so:', () => {
    it.each([
      ['HTTP 503', { kind: 'status', status: 503 }, 502, 'google-unavailable', /not available .*503/],
      ['HTTP 429', { kind: 'status', status: 429 }, 503, 'google-rate-limited', /limits the rate .*429/],
      ['a reset', { kind: 'reset' }, 502, 'google-unavailable', /could not be reached .*ECONNRESET/],
      ['a hanging server', { kind: 'hang' }, 502, 'google-unavailable', /could not be reached .*Timeout/],
      ['half a body', { kind: 'half-body' }, 502, 'google-unavailable', /could not be reached/],
      ['a web page', { kind: 'html' }, 502, 'google-unavailable', /not a list of people/],
      ['invalid JSON', { kind: 'invalid-json' }, 502, 'google-unavailable', /not a list of people/],
    ])('%s', async (_, broken, status, code, says) => {
      const before = await token();
      await fault(broken, { when: { page: 2 }, times: ALWAYS });

      const answer = await sync('/full');

      await failed(answer, { status, code, says, advises: /The next sync tries again/ });
      if (status === 503) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await token()).toEqual(before);
      expect(await requests()).toHaveLength(1 + 1 + IMPATIENT.attempts);
      await service.google.control('DELETE', '/control/faults');
      await nothingIsLost();
    });

    it.each([
      ['a missing scope', 'ACCESS_TOKEN_SCOPE_INSUFFICIENT', /does not permit/],
      ['a switched-off API', 'SERVICE_DISABLED', /does not permit/],
    ])('%s, at once', async (_, reason, says) => {
      await fault({ kind: 'status', status: 403, reason }, { times: ALWAYS });

      const answer = await sync('/full');

      await failed(answer, {
        status: 502,
        code: 'google-unavailable',
        says,
        advises: /Google's console/,
      });
      expect(await requests()).toHaveLength(1);
      await service.google.control('DELETE', '/control/faults');
      await nothingIsLost();
    });

    it('a run that uses up its retries, though no single page does', async () => {
      await fault({ kind: 'status', status: 503 }, { when: { page: 1 }, times: 3 });
      await fault({ kind: 'status', status: 503 }, { when: { page: 2 }, times: 3 });
      await fault({ kind: 'status', status: 503 }, { when: { page: 3 }, times: 3 });

      await failed(await sync('/full'), {
        status: 502,
        code: 'google-unavailable',
        says: /503/,
        advises: /next sync/,
      });

      expect(await requests()).toHaveLength(PAGES + IMPATIENT.budget);
      await service.google.control('DELETE', '/control/faults');
      await nothingIsLost();
    });

    it('the extra quota of a full sync’s first page, without waiting a minute for it', async () => {
      await service.google.control('POST', '/control/quota', { fullSyncFirstPagesPerMinute: 0 });
      const started = performance.now();

      const answer = await sync('/full');

      await failed(answer, {
        status: 503,
        code: 'google-rate-limited',
        says: /FullSyncFirstPage/,
        advises: /next sync/,
      });
      // Google asked for a minute, which is longer than this service waits.
      expect(performance.now() - started).toBeLessThan(5_000);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(55);
      expect(await requests()).toHaveLength(1);
      // An incremental list does not touch that quota.
      await nothingIsLost();
    });

    it.each([
      ['a person', { kind: 'status', status: 400, message: 'Invalid personFields mask path: "name".' }],
      ['a 404', { kind: 'status', status: 404 }],
    ])('a request that Google refuses (%s), at once', async (_, broken) => {
      await fault(broken);
      await failed(await sync(), {
        status: 502,
        code: 'google-unavailable',
        says: /refused the request/,
        advises: /does not help/,
      });
      expect(await requests()).toHaveLength(1);
      await nothingIsLost();
    });
  });

  describe('its Retry-After is obeyed:', () => {
    const waited = async (retryAfter: string | number): Promise<number> => {
      await fault({ kind: 'status', status: 429, retryAfter });
      expect((await sync()).status).toBe(200);
      const [first, second] = await requests();
      return Date.parse(second?.at ?? '') - Date.parse(first?.at ?? '');
    };

    it('in seconds', async () => {
      expect(await waited(1)).toBeGreaterThanOrEqual(1_000);
    });

    it('as an HTTP date', async () => {
      // It has whole seconds only, so it asks for a half to one and a half.
      expect(await waited(new Date(Date.now() + 1_500).toUTCString())).toBeGreaterThanOrEqual(400);
    });

    it('but one that makes no sense is not', async () => {
      expect(await waited('soon')).toBeLessThan(1_000);
    });
  });

  describe('signing in:', () => {
    it('an access token that ends in the middle of a run is renewed once', async () => {
      const { control } = service.google;
      await fault({ kind: 'delay', ms: 150 }, { when: { page: 2 } });
      const running = sync('/full');
      while (!(await requests()).some(({ page }) => page === 2));
      await control('POST', '/control/access-tokens/expire');

      expect((await running).status).toBe(200);

      expect((await requests()).filter(({ status }) => status === 401)).toHaveLength(1);
      expect(await requests('/token')).toHaveLength(1);
      await isGooglesState();
    });

    it('one that Google refuses although it is new needs a person', async () => {
      await fault({ kind: 'status', status: 401 }, { times: ALWAYS });

      const { status, body } = await sync();

      expect(status).toBe(401);
      expect(body).toMatchObject({ code: 'not-authenticated' });
      expect(await requests()).toHaveLength(2);
      expect(await requests('/token')).toHaveLength(1);
      await service.google.control('DELETE', '/control/faults');
      await signInAgain();
      await nothingIsLost();
    });

    it('one that Google revoked stops everything until the person signs in', async () => {
      const before = await token();
      await service.google.control('POST', '/control/refresh-tokens/revoke');
      await service.google.control('POST', '/control/access-tokens/expire');

      const refused = await sync();

      expect(refused.status).toBe(401);
      expect(refused.body.detail).toMatch(/no longer accepts this sign-in.*\/api\/auth\/google/);
      const [account] = (await service.api('GET', '/api/sync/status')).body.accounts;
      expect(account).toMatchObject({ state: 'needs-reauth', lastError: { code: 'not-authenticated' } });
      await service.google.control('DELETE', '/control/requests');
      for (const path of ['', '/full', '/incremental', '?dryRun=true', '/full?dryRun=true']) {
        expect((await sync(path)).status).toBe(401);
      }
      expect(await requests()).toEqual([]);
      expect(await requests('/token')).toEqual([]);
      expect(await token()).toEqual(before);
      await service.google.control('POST', '/control/refresh-tokens/restore');
      await signInAgain();
      await nothingIsLost();
    });

    it('one that a dry run finds revoked stops everything too', async () => {
      await service.google.control('POST', '/control/refresh-tokens/revoke');
      await service.google.control('POST', '/control/access-tokens/expire');

      expect((await sync('?dryRun=true')).status).toBe(401);

      const [account] = (await service.api('GET', '/api/sync/status')).body.accounts;
      expect(account.state).toBe('needs-reauth');
      await service.google.control('POST', '/control/refresh-tokens/restore');
      await signInAgain();
      await nothingIsLost();
    });

    it.each([
      ['is down', { kind: 'status', status: 503 }],
      ['hangs', { kind: 'hang' }],
      ['answers with a web page', { kind: 'html' }],
      ['resets the connection', { kind: 'reset' }],
    ])('a token endpoint that %s is tried again, and no person is asked', async (_, broken) => {
      await service.google.control('POST', '/control/access-tokens/expire');
      await service.google.control('POST', '/control/faults', { where: 'token', fault: broken, times: 2 });

      expect((await sync()).status).toBe(200);

      expect(await requests('/token')).toHaveLength(3);
      await isGooglesState();
    });

    it('a token endpoint that stays down fails the run, and no person is asked', async () => {
      await service.google.control('POST', '/control/access-tokens/expire');
      await service.google.control('POST', '/control/faults', {
        where: 'token',
        fault: { kind: 'hang' },
        times: ALWAYS,
      });

      const answer = await sync();

      await failed(answer, {
        status: 502,
        code: 'google-unavailable',
        says: /could not be reached/,
        advises: /next sync/,
      });
      expect(await requests('/token')).toHaveLength(1 + IMPATIENT.attempts);
      await service.google.control('DELETE', '/control/faults');
      await nothingIsLost();
    });

    it('an OAuth client that Google does not know is the operator’s to mend, and no person is asked', async () => {
      await service.google.control('POST', '/control/access-tokens/expire');
      await service.google.control('POST', '/control/faults', {
        where: 'token',
        fault: { kind: 'status', status: 401, reason: 'invalid_client' },
        times: ALWAYS,
      });

      await failed(await sync(), {
        status: 502,
        code: 'google-unavailable',
        says: /does not know this OAuth client/,
        advises: /GOOGLE_CLIENT_ID/,
      });

      await service.google.control('DELETE', '/control/faults');
      await nothingIsLost();
    });

    const signInAgain = async (): Promise<void> => {
      // By the doors it is tested in sign-in.e2e; what it comes to is this.
      await sql(service.database, `update accounts set state = 'connected'`);
    };
  });

  describe('page tokens:', () => {
    it('refused in the middle, the pages begin again, and what was deleted meanwhile is deleted', async () => {
      const { control } = service.google;
      await fault({ kind: 'delay', ms: 150 }, { when: { page: 2 } });
      const running = sync('/full');
      while (!(await requests()).some(({ page }) => page === 2));
      // Page 1 has shown it already.
      await control('DELETE', `/control/persons/${idOf(names[2])}`);
      await fault({ kind: 'status', status: 400, message: 'Page token is invalid.' }, { when: { page: 3 } });

      const { status, body } = await running;

      expect(status).toBe(200);
      expect((await requests()).map(({ page }) => page)).toEqual([1, 2, 3, 1, 2, 3]);
      // Each person counts once, though most came twice.
      expect(body.statistics).toMatchObject({ created: 1, updated: 2, deleted: 2 });
      await isGooglesState();
    });

    it('all refused from some moment on, the pages begin again too', async () => {
      await fault({ kind: 'delay', ms: 150 }, { when: { page: 1 } });
      const running = sync('/full');
      while (!(await requests()).some(({ page }) => page === 1));
      await service.google.control('POST', '/control/page-tokens/refuse');
      await fault({ kind: 'status', status: 400, message: 'Page token is invalid.' }, { when: { page: 2 } });

      expect((await running).status).toBe(200);
      await isGooglesState();
    });

    it('refused on an incremental list, the sync token stays on every page', async () => {
      await service.google.control('POST', '/control/persons', { count: 30 });
      await fault({ kind: 'status', status: 400, message: 'Page token is invalid.' }, { when: { page: 2 } });

      expect((await sync()).body.run).toMatchObject({ mode: 'incremental', fallbackReason: null });

      const asked = await requests();
      expect(asked.length).toBeGreaterThan(4);
      for (const { query } of asked) {
        expect(query).toMatchObject({
          syncToken: expect.any(String),
          pageSize: '10',
          requestSyncToken: 'true',
        });
      }
      await isGooglesState();
    });

    it('always refused, the run fails after a few beginnings', async () => {
      await fault(
        { kind: 'status', status: 400, message: 'Page token is invalid.' },
        { when: { page: 2 }, times: ALWAYS },
      );

      await failed(await sync('/full'), {
        status: 502,
        code: 'google-unavailable',
        says: /page token/,
        advises: /next sync/,
      });

      expect(await requests()).toHaveLength(8);
      await service.google.control('DELETE', '/control/faults');
      await nothingIsLost();
    });

    it('that lead in a circle end, and the list begins again', async () => {
      await fault({ kind: 'loop-page-token' }, { when: { page: 2 }, times: 2 });
      expect((await sync('/full')).status).toBe(200);
      await isGooglesState();
    });

    it('that always lead in a circle fail the run', async () => {
      await fault({ kind: 'loop-page-token' }, { when: { page: 2 }, times: ALWAYS });

      await failed(await sync('/full'), {
        status: 502,
        code: 'google-unavailable',
        says: /circle/,
        advises: /next sync/,
      });

      await service.google.control('DELETE', '/control/faults');
      await nothingIsLost();
    });

    it('are followed past empty pages', async () => {
      await fault({ kind: 'empty-page' }, { when: { page: 1 }, times: 2 });
      await fault({ kind: 'empty-page' }, { when: { page: 2 } });
      expect((await sync('/full')).status).toBe(200);
      await isGooglesState();
    });

    it.each([
      ['nobody', []],
      ['the same person', [{ kind: 'replace-person', persons: [{ resourceName: 'people/c1' }] }]],
    ])('that are new for ever, on pages that show %s, fail the run', async (_, more) => {
      const before = await token();
      for (const broken of [{ kind: 'empty-page' }, ...more]) await fault(broken, { times: ALWAYS });

      await failed(await sync('/full'), {
        status: 502,
        code: 'google-unavailable',
        says: /does not come to its end: 100 pages in a row showed nobody new/,
        advises: /next sync/,
      });

      expect((await requests()).length).toBeLessThanOrEqual(102);
      expect(await token()).toEqual(before);
      await service.google.control('DELETE', '/control/faults');
      await sync('/full');
      await nothingIsLost();
    });
  });

  describe('sync tokens:', () => {
    it.each([
      [
        1,
        'a reason, HTTP 400',
        { status: 400, reason: 'EXPIRED_SYNC_TOKEN', errorStatus: 'FAILED_PRECONDITION' },
      ],
      [1, 'a message, HTTP 400', { status: 400, message: 'Sync token is expired. Clear local cache.' }],
      [1, 'a message, HTTP 400 (invalid)', { status: 400, message: 'Sync token is invalid.' }],
      [1, 'HTTP 410', { status: 410 }],
      [2, 'a reason, HTTP 400', { status: 400, reason: 'EXPIRED_SYNC_TOKEN' }],
      [2, 'HTTP 410', { status: 410 }],
    ])('expired on page %i by %s: one full sync', async (page, _, how) => {
      await service.google.control('POST', '/control/persons', { count: 20 });
      await fault({ kind: 'status', ...how }, { when: { page, syncOnly: true }, times: ALWAYS });

      const { status, body } = await sync();

      expect(status).toBe(200);
      expect(body.run).toMatchObject({ mode: 'full', fallbackReason: 'sync-token-expired' });
      const asked = await requests();
      expect(asked.filter(({ query }) => query.syncToken !== undefined)).toHaveLength(page);
      expect(body.statistics).toMatchObject({ created: 21, updated: 2, deleted: 1, errors: 0 });
      await isGooglesState();
    });

    it('that a full sync is told to be expired do not lead to another one', async () => {
      await fault(
        { kind: 'status', status: 400, reason: 'EXPIRED_SYNC_TOKEN', message: 'Sync token is expired.' },
        { times: ALWAYS },
      );

      const answer = await sync();

      await failed(answer, {
        status: 502,
        code: 'google-unavailable',
        says: /sync token/,
        advises: /next sync/,
      });
      expect(await requests()).toHaveLength(2);
      await service.google.control('DELETE', '/control/faults');
      await nothingIsLost();
    });

    it('that do not come keep the old one, and nothing is deleted', async () => {
      const before = await token();
      await fault({ kind: 'truncate' }, { when: { page: 2 } });

      await failed(await sync('/full'), {
        status: 502,
        code: 'google-list-incomplete',
        says: /without a sync token/,
        advises: /try again/,
      });

      expect(await token()).toEqual(before);
      await nothingIsLost();
    });
  });

  describe('lists:', () => {
    it('with a person twice, on a page and over pages, show it once', async () => {
      await fault({ kind: 'repeat-person' }, { when: { page: 1 } });
      await fault({ kind: 'repeat-person', resourceName: names[0] }, { when: { page: 2 } });

      const { body } = await sync('/full');

      expect(body.statistics).toMatchObject({ total_fetched: 25, created: 1, updated: 2, deleted: 1 });
      await isGooglesState();
    });

    it.each([1e12, 1.5, -1, 'many', null, [], 1e308])(
      'with %p as their total are read all the same',
      async (total) => {
        await fault({ kind: 'wrong-total', totalItems: total }, { times: PAGES });
        const { status, body } = await sync('/full');
        expect(status).toBe(200);
        // The one that is gone is held where the list claims to be much longer than what came.
        if (body.status === 'held') {
          await service.api('POST', `/api/sync/runs/${body.run.id as string}/held-deletions/approve`);
        }
        await isGooglesState();
      },
    );
  });
});

describe('A Google that is not there', () => {
  it.each([
    ['refuses connections', 'http://127.0.0.1:9', /ECONNREFUSED/],
    ['has no address', 'http://people.invalid', /ENOTFOUND|EAI_AGAIN/],
  ])('%s: the run fails, and says so', async (_, address, says) => {
    const service = await startImpatientService((environment) => ({
      ...environment,
      PEOPLE_API_URL: address,
    }));
    try {
      const { status, body } = await service.api('POST', '/api/sync');
      expect(status).toBe(502);
      expect(body).toMatchObject({ code: 'google-unavailable' });
      expect(body.detail).toMatch(says);
      expect(body.detail).toMatch(/The next sync tries again/);
    } finally {
      await service.stop();
    }
  });

  it('has no token endpoint: the run fails, and the account needs no sign-in', async () => {
    const service = await startImpatientService((environment) => ({
      ...environment,
      GOOGLE_OAUTH_TOKEN_URL: 'http://127.0.0.1:9/token',
    }));
    try {
      const { status, body } = await service.api('POST', '/api/sync');
      expect(status).toBe(502);
      expect(body.detail).toMatch(/ECONNREFUSED/);
      expect((await service.api('GET', '/api/sync/status')).body.accounts[0].state).toBe('error');
    } finally {
      await service.stop();
    }
  });
});

it('tries again half a second later at the earliest, as Google asks', async () => {
  const service = await startTestService({}, { persons: 3 });
  try {
    const fault = { where: 'connections', fault: { kind: 'status', status: 503 } };
    await service.google.control('POST', '/control/faults', fault);
    expect((await service.api('POST', '/api/sync')).body.statistics).toMatchObject({ created: 3 });
    const { items } = (await service.google.control('GET', '/control/requests')).body;
    const asked = (items as LoggedRequest[]).filter(({ page }) => page === 1).map(({ at }) => Date.parse(at));
    expect(asked).toHaveLength(2);
    expect((asked[1] ?? 0) - (asked[0] ?? 0)).toBeGreaterThanOrEqual(500);
  } finally {
    await service.stop();
  }
});
