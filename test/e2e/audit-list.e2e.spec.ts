import { get, type IncomingMessage } from 'node:http';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

interface Entry {
  readonly id: string;
  readonly action: string;
  readonly outcome: string;
}

const YEAR_END = 'to=2026-02-01T00:00:00Z';
const ACCOUNT = '7a5c0c8e-3d7b-4c53-8d1c-1d2b6a7e9f00';

describe('The list of the audit', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({}, { persons: 1 });
    // More than an export holds at a time; many of them in the same millisecond.
    await sql(
      service.database,
      `insert into audit_entries (id, occurred_at, actor_kind, actor_name, action, account_id, outcome, code, settled_at)
       select gen_random_uuid(), timestamptz '2026-01-01 00:00Z' + make_interval(secs => n / 10), 'token',
         case when n % 5 = 0 then '=cmd|"x"' else 'crm' end, case when n % 2 = 0 then 'sync.run' else 'run.cancel' end,
         case when n % 3 = 0 then $1::uuid end, case when n % 4 = 0 then null else 'refused' end,
         case when n % 4 = 0 then null else 'run-over' end, case when n % 4 = 0 then null else now() end
       from generate_series(0, 2499) as n`,
      [ACCOUNT],
    );
  });
  afterAll(() => service.stop());

  const YEAR = `from=2026-01-01T00:00:00Z&${YEAR_END}`;
  const page = async (query: string) =>
    (await service.api('GET', `/api/audit?${query}`)).body as { items: Entry[]; nextCursor: string | null };
  const file = async (query: string): Promise<Response> => fetch(`${service.url}/api/audit/export?${query}`);

  it('is paged, newest first, each entry once', async () => {
    const ids: string[] = [];
    for (let cursor = ''; ;) {
      const { items, nextCursor } = await page(`${YEAR}&limit=400${cursor}`);
      ids.push(...items.map(({ id }) => id));
      if (nextCursor === null) break;
      cursor = `&cursor=${nextCursor}`;
    }
    const rows = await sql<{ id: string }>(
      service.database,
      `select id from audit_entries where occurred_at < '2026-02-01' order by occurred_at desc, id desc`,
    );
    expect(ids).toEqual(rows.map(({ id }) => id));
  });

  it.each([
    [`accountId=${ACCOUNT}&${YEAR_END}`, 834],
    [`actor=crm&${YEAR_END}`, 2000],
    [`actorKind=person&${YEAR_END}`, 0],
    [`action=run.cancel&${YEAR_END}`, 1250],
    [`outcome=unknown&${YEAR_END}`, 625],
    [`outcome=refused&action=sync.run&${YEAR_END}`, 625],
    [`from=2026-01-01T00:01:00Z&${YEAR_END}`, 1900],
    ['from=2026-01-01T00:01:00Z&to=2026-01-01T00:02:00Z', 600],
  ])('is narrowed to %s', async (query, count) => {
    const lines = (await (await file(query)).text()).trimEnd().split('\n');
    expect(lines.filter((line) => line !== '')).toHaveLength(count);
  });

  it('refuses filters that are none, and forged cursors', async () => {
    for (const [query, code] of [
      ['outcome=maybe', 'invalid-request'],
      ['from=yesterday', 'invalid-request'],
      ['accountId=x', 'invalid-request'],
      ['user=x', 'invalid-request'],
      ['cursor=zzz', 'invalid-cursor'],
    ]) {
      expect((await service.api('GET', `/api/audit?${query ?? ''}`)).body).toMatchObject({
        status: 400,
        code,
      });
    }
  });

  it('is exported whole, line by line', async () => {
    const response = await file(YEAR);
    expect(response.headers.get('content-type')).toMatch(/^application\/jsonl/);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const lines = (await response.text()).trimEnd().split('\n');
    const parsed = lines.map((line) => JSON.parse(line) as Entry);
    expect(new Set(parsed.map(({ id }) => id)).size).toBe(2500);
    expect(parsed.slice(0, 3)).toEqual((await page(`${YEAR}&limit=3`)).items);
  });

  it('is exported as CSV, in which no program finds a formula', async () => {
    const response = await file(`${YEAR}&format=csv`);
    expect(response.headers.get('content-type')).toMatch(/^text\/csv/);
    const lines = (await response.text()).trimEnd().split('\r\n');
    expect(lines[0]).toBe(
      'id,occurredAt,actorKind,actorName,action,accountId,object,reason,outcome,code,count,requestId,settledAt',
    );
    expect(lines).toHaveLength(2501);
    expect(lines.filter((line) => line.includes(`,token,"'=cmd|""x""",`))).toHaveLength(500);
  });

  it('says of an export whose caller has gone that it did not come through', async () => {
    // More than lies in the buffers of a connection.
    await sql(
      service.database,
      `insert into audit_entries (id, occurred_at, actor_kind, action, reason)
       select gen_random_uuid(), '2025-01-01', 'token', 'sync.run', repeat('x', 200) from generate_series(1, 30000)`,
    );
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get(`${service.url}/api/audit/export?to=2025-02-01T00:00:00Z`, resolve).on('error', reject);
    });
    response.destroy();
    await waitFor(
      async () => {
        const [entry] = (await page('action=audit.export&limit=1')).items;
        expect(entry).toMatchObject({ outcome: 'failed', code: 'caller-gone' });
        return true;
      },
      { what: 'the entry', timeoutMs: 5_000 },
    );
  });

  it('has the reason that a caller gives, in any letters', async () => {
    const given = async (reason: string) =>
      service.api(
        'PATCH',
        `/api/accounts/${ACCOUNT}`,
        { paused: true },
        { 'x-audit-reason': latin1(reason) },
      );
    await given('ticket 4711: Löschung');
    expect((await page('action=account.change&limit=1')).items[0]).toMatchObject({
      reason: 'ticket 4711: Löschung',
    });
    for (const wrong of ['x'.repeat(201), '\u202e4711']) {
      expect((await given(wrong)).body).toMatchObject({ code: 'invalid-request' });
    }
  });

  it('has an entry before what is asked for begins, whose outcome is unknown until it ends', async () => {
    await service.google.control('POST', '/control/faults', {
      where: 'connections',
      fault: { kind: 'hang' },
    });
    const going = service.api('POST', '/api/sync/full');
    const { id } = await waitFor(
      async () => (await page('action=sync.run&outcome=unknown&from=2026-02-01T00:00:00Z')).items[0],
      {
        what: 'the entry',
      },
    );
    const run = await waitFor(
      async () =>
        ((await service.api('GET', '/api/sync/runs?state=running')).body.items as { id: string }[])[0],
      { what: 'the run' },
    );
    await service.api('POST', `/api/sync/runs/${run.id}/cancel`);
    await going;
    expect((await page('action=sync.run&limit=1')).items[0]).toMatchObject({
      id,
      outcome: 'refused',
      code: 'sync-cancelled',
    });
  });

  it('is a must: what cannot be audited is not done', async () => {
    const runs = async () => (await service.api('GET', '/api/sync/runs?limit=500')).body.items as unknown[];
    const before = await runs();
    await sql(service.database, 'alter table audit_entries add constraint full_disk check (false) not valid');
    const answer = await service.api('POST', '/api/sync');
    await sql(service.database, 'alter table audit_entries drop constraint full_disk');
    expect([answer.status, answer.body.code]).toEqual([503, 'audit-unavailable']);
    expect(await runs()).toEqual(before);
  });

  it('has an entry of what was not done because the database refused it', async () => {
    await sql(service.database, 'alter table sync_runs add constraint no_more check (false) not valid');
    const answer = await service.api('POST', '/api/sync');
    await sql(service.database, 'alter table sync_runs drop constraint no_more');
    expect([answer.status, answer.body.code]).toEqual([500, 'internal-error']);
    expect((await page('action=sync.run&limit=1')).items[0]).toMatchObject({
      outcome: 'failed',
      code: 'internal-error',
      requestId: answer.headers.get('x-request-id'),
    });
  });

  it('is known to each route that is no GET: its document names the action', async () => {
    const { paths } = (await service.api('GET', '/api/openapi.json')).body as {
      paths: Record<string, Record<string, Record<string, unknown>>>;
    };
    const unsafe = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([method]) => method !== 'get')
        .map(([method, operation]) => ({ route: `${method} ${path}`, action: operation['x-audit-action'] })),
    );
    expect(unsafe.length).toBeGreaterThan(15);
    expect(unsafe.filter(({ action }) => action === undefined)).toEqual([]);
  });
});

/** As fetch wants headers: a character a byte. */
function latin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
