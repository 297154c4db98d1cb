import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { callsTo } from '../support/call.js';
import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

const CONTACTS = 4;
/** A month of syncs each five minutes. */
const SYNCS = 9_000;
/** One in so many of them failed. */
const FAILED_EVERY = 1_000;
/** A nested page of them is still one page. */
const LIMIT = 3;

const TOKENS = { ops: 'o'.repeat(32), admin: 'a'.repeat(32) };

interface Item {
  readonly id: string;
  readonly at: string;
  readonly until: string | null;
  readonly kind: string;
  readonly count?: number;
  readonly from?: string;
}

describe('The timeline of an account', () => {
  let service: TestService;
  let accountId: string;
  let heldRun: string;
  beforeAll(async () => {
    service = await startTestService(
      {
        DELETION_GUARD: '0%,1',
        API_TOKENS: [`ops:operate:${TOKENS.ops}`, `boss:operate+admin:${TOKENS.admin}`].join(),
      },
      { persons: CONTACTS },
    );
    accountId = await waitFor(
      async () => (await as('ops')('GET', '/api/accounts')).body.items[0]?.id as string | undefined,
      { what: 'the account to be connected' },
    );
    await sql(
      service.database,
      `insert into sync_runs (id, account_id, list, requested_mode, mode, trigger, state, statistics, absences, queued_at,
         started_at, finished_at, error_code)
       select gen_random_uuid(), $1, 'contacts', 'auto', 'incremental', 'scheduled',
         case when n % $3 = 0 then 'failed' else 'succeeded' end,
         '{"total_fetched":0,"created":0,"updated":0,"deleted":0,"not_listed":0,"merged":0,"unchanged":0,"errors":0,"pages":1}',
         '{"asked":0,"gone":0,"alive":0,"unanswered":0}', at, at, at + interval '1 second',
         case when n % $3 = 0 then 'google-unavailable' end
       from generate_series(1, $2::int) as n,
         lateral (select date_trunc('milliseconds', now()) - interval '1 hour' - n * interval '5 minutes' as at) times`,
      [accountId, SYNCS, FAILED_EVERY],
    );
    await as('ops')('POST', '/api/sync', undefined, { 'x-request-id': 'first-sync' });
    const patch = (change: object) => as('admin')('PATCH', `/api/accounts/${accountId}`, change);
    await patch({ interval: '15m', reference: 'tenant-1' });
    await patch({ paused: true });
    const { items } = (await service.google.control('GET', '/control/persons')).body;
    for (const { resourceName } of (items as { resourceName: string }[]).slice(0, 2))
      await service.google.control('DELETE', `/control/persons/${resourceName.replace('people/', '')}`);
    heldRun = (await as('ops')('POST', '/api/sync/full')).body.run.id as string;
    await as('ops')('POST', `/api/sync/runs/${heldRun}/held-deletions/approve`);
    // Refused: nothing happened.
    expect(await as('ops')('POST', `/api/sync/runs/${heldRun}/cancel`)).toMatchObject({ status: 409 });
    expect(await as('ops')('PATCH', `/api/accounts/${accountId}`, { paused: false })).toMatchObject({
      status: 403,
    });
  });
  afterAll(() => service.stop());

  const as =
    (who: keyof typeof TOKENS): ReturnType<typeof callsTo> =>
    (method, path, body, headers) =>
      callsTo(service.url)(method, path, body, { authorization: `Bearer ${TOKENS[who]}`, ...headers });
  const page = async (query: string) =>
    (await as('ops')('GET', `/api/accounts/${accountId}/timeline?${query}`)).body as {
      items: Item[];
      nextCursor: string | null;
    };
  const whole = async () => (await page('limit=500')).items;

  it('has what people did and what runs came to, newest first, with who and the id to look for', async () => {
    const boss = { kind: 'token', name: 'boss' };
    const ops = { kind: 'token', name: 'ops' };
    expect((await whole()).slice(0, 5)).toMatchObject([
      { kind: 'held', decision: 'approve', outcome: 'done', runId: heldRun, heldDeletions: 2, actor: ops },
      { kind: 'run', actor: ops, run: { id: heldRun, mode: 'full', statistics: { deleted: 2 } } },
      { kind: 'setting', actor: boss, changes: { paused: { from: false, to: true } } },
      {
        kind: 'setting',
        actor: boss,
        changes: { interval: { from: null, to: '15m' }, reference: { from: null, to: 'tenant-1' } },
      },
      {
        kind: 'run',
        actor: ops,
        correlationId: 'first-sync',
        run: { mode: 'full', fallbackReason: 'no-sync-token', statistics: { created: CONTACTS } },
      },
    ]);
  });

  it('says of a run, too, who decided on the deletions that it held', async () => {
    const [decided] = await whole();
    expect((await as('ops')('GET', `/api/sync/runs/${heldRun}`)).body).toMatchObject({
      state: 'succeeded',
      heldDecision: { decision: 'approve', at: decided?.at, actor: { kind: 'token', name: 'ops' } },
    });
  });

  it('folds runs that found nothing new, with their number', async () => {
    const runs = (await whole()).slice(5);

    expect(runs.map(({ kind, count }) => count ?? kind)).toEqual(
      Array.from({ length: SYNCS / FAILED_EVERY }, () => [FAILED_EVERY - 1, 'run']).flat(),
    );
    const [fold, failed] = runs;
    expect(fold).toMatchObject({ kind: 'runs', actor: null });
    expect(Date.parse(fold?.at ?? '') - Date.parse(fold?.from ?? '')).toBe((FAILED_EVERY - 2) * 300_000);
    expect(failed).toMatchObject({
      run: { state: 'failed', error: { code: 'google-unavailable' } },
      actor: null,
    });
  });

  it('comes page by page, each item once and whole', async () => {
    const found: Item[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { items, nextCursor } = await page(`limit=${LIMIT}${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect(items.length).toBeLessThanOrEqual(LIMIT);
      found.push(...items);
      cursor = nextCursor;
    }
    expect(found).toEqual(await whole());
  });

  it('names who paused an account', async () => {
    expect((await as('ops')('GET', `/api/accounts/${accountId}`)).body).toMatchObject({
      paused: true,
      pausedBy: { actor: { kind: 'token', name: 'boss' } },
    });
  });

  it('says nothing of who was refused, nor why somebody says that they do something', async () => {
    const text = JSON.stringify(await whole());
    expect(text).not.toContain('refused');
    expect(text).not.toContain('"reason"');
  });

  it('refuses cursors that it did not give, and accounts that are not there', async () => {
    const path = `/api/accounts/${accountId}/timeline`;
    expect((await as('ops')('GET', `${path}?cursor=x`)).body).toMatchObject({ code: 'invalid-cursor' });
    expect((await as('ops')('GET', path.replace(accountId, randomUUID()))).body).toMatchObject({
      code: 'account-not-found',
    });
  });
});
