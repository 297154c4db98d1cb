import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import pg from 'pg';

import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

const STORED = [
  'accounts',
  'contact_snapshots',
  'contact_keys',
  'events',
  'held_deletions',
  'quarantined_persons',
  'sync_run_pages',
  'sync_runs',
];
const BROKEN = JSON.stringify({ resourceName: 'people/broken', names: 'no list' });

describe('A dry run', () => {
  let service: TestService;
  let names: string[];
  let seed = 100;
  beforeAll(async () => {
    service = await startTestService({ SYNC_PAGE_SIZE: '10', DELETION_GUARD: '20%,5' });
  });
  afterAll(() => service.stop());

  beforeEach(async () => {
    seed += 1;
    await service.google.control('DELETE', '/control/faults');
    await service.google.control('PUT', '/control/accounts/demo', { persons: 25, seed });
    const { body } = await service.api('POST', '/api/sync/full');
    if (body.status === 'held') {
      await service.api('POST', `/api/sync/runs/${body.run.id as string}/held-deletions/approve`);
    }
    const { items } = (await service.google.control('GET', '/control/persons')).body;
    names = (items as { resourceName: string }[]).map((person) => person.resourceName);
  });

  const idOf = (resourceName: string | undefined) => resourceName?.replace('people/', '') ?? '';
  const change = (method: string, resourceName: string | undefined, rest = '', body?: object) =>
    service.google.control(method, `/control/persons/${idOf(resourceName)}${rest}`, body);
  const fault = (fault: object, more: object = {}) =>
    service.google.control('POST', '/control/faults', { where: 'connections', fault, ...more });
  const head = async (): Promise<string> => {
    const [row] = await sql<{ last: string }>(
      service.database,
      'select coalesce(max(position), 0) as last from events',
    );
    return row?.last ?? '';
  };
  /** Everything that the service has stored, except who may write. */
  const everything = async (): Promise<unknown> => {
    const selects = STORED.map(
      (table) => `(select json_agg(t order by t::text) from ${table} t) as ${table}`,
    );
    return (await sql(service.database, `select ${selects.join(', ')}`))[0];
  };
  const asRehearsed = ({ type, data }: Record<string, Record<string, unknown>>) => ({
    type,
    ...(data?.change === undefined ? { reason: data?.reason } : { change: data.change }),
    contactId: data?.contactId,
    resourceName: data?.resourceName,
    changedFields: data?.changedFields ?? [],
  });

  /** Something of every kind: edited, edited invisibly, created, deleted, renamed, merged, restored, swapped. */
  const everyKindOfChange = async (): Promise<void> => {
    await change('DELETE', names[0]);
    await service.api('POST', '/api/sync');
    await change('POST', names[0], '/restore');
    await change('PATCH', names[1], '', { nicknames: ['One'], phoneNumbers: ['+33612345678'] });
    await change('PATCH', names[2], '', {});
    await change('DELETE', names[3]);
    await change('POST', names[4], '/rename', { newResourceName: `people/renamed${seed}`, tombstone: true });
    await change('POST', names[5], '/merge', { into: idOf(names[6]), tombstone: true });
    await service.google.control('POST', '/control/persons/swap-names', {
      a: idOf(names[7]),
      b: idOf(names[8]),
    });
    await service.google.control('POST', '/control/persons', { count: 12 });
  };

  it.each(['', '/full', '/incremental'])(
    'of POST /api/sync%s answers with exactly what that run then appends, and stores nothing',
    async (path) => {
      await everyKindOfChange();
      const before = await everything();
      const from = await head();

      const rehearsed = await service.api('POST', `/api/sync${path}?dryRun=true`);

      expect(rehearsed.status).toBe(200);
      expect(rehearsed.body.status).toBe('dry-run');
      expect(await everything()).toEqual(before);

      const real = await service.api('POST', `/api/sync${path}`);
      const { items } = (await service.api('GET', `/api/events?after=${from}&limit=500`)).body;
      expect(items.length).toBeGreaterThan(15);
      expect(rehearsed.body.events).toEqual((items as never[]).map(asRehearsed));
      expect(rehearsed.body.statistics).toEqual(real.body.statistics);
      expect(rehearsed.body.message).toBe(`Dry run, nothing is stored: ${real.body.message as string}`);
    },
  );

  it('tells of deletions that the run would hold, and holds none', async () => {
    for (const name of names.slice(0, 6)) await change('DELETE', name);
    const before = await everything();

    const { body } = await service.api('POST', '/api/sync/full?dryRun=true');

    expect(body).toMatchObject({
      status: 'dry-run',
      message: expect.stringMatching(/6 deletions wait for approval/),
      statistics: { total_fetched: 19, deleted: 0 },
      heldDeletions: 6,
      events: [],
    });
    expect(await everything()).toEqual(before);
  });

  it('counts a person that cannot be understood, and quarantines nobody', async () => {
    await fault({ kind: 'replace-person', persons: [BROKEN] });
    const before = await everything();

    const { body } = await service.api('POST', '/api/sync/full?dryRun=true');

    expect(body.statistics).toMatchObject({ total_fetched: 26, unchanged: 25, errors: 1 });
    expect(await everything()).toEqual(before);
  });

  it('leaves an open quarantine entry and a held deletion as they are, though the run would close both', async () => {
    const nobody = '{"names":[{"displayName":"Nobody"}]}';
    await fault({
      kind: 'replace-person',
      at: 0,
      persons: [BROKEN.replace('people/broken', names[1] ?? ''), nobody],
    });
    await change('DELETE', names[2]);
    await change('DELETE', names[3]);
    expect((await service.api('POST', '/api/sync/full')).body.status).toBe('held');
    await change('POST', names[2], '/restore');
    await change('PATCH', names[2], '', { nicknames: ['Back'] });
    await change('PATCH', names[1], '', { nicknames: ['Mended'] });
    const before = await everything();

    await service.api('POST', '/api/sync/incremental?dryRun=true');
    await service.api('POST', '/api/sync/full?dryRun=true');

    expect(await everything()).toEqual(before);
  });

  it('falls back to a full list as the run would', async () => {
    await change('DELETE', names[0]);
    await service.google.control('POST', '/control/sync-tokens/expire');

    const rehearsed = await service.api('POST', '/api/sync/incremental?dryRun=true');
    const real = await service.api('POST', '/api/sync/incremental');

    expect(real.body.run.fallbackReason).toBe('sync-token-expired');
    expect(rehearsed.body.events).toMatchObject([
      { reason: 'absent-from-full-sync', resourceName: names[0] },
    ]);
    expect(rehearsed.body.statistics).toEqual(real.body.statistics);
  });

  it('lists the first hundred events and counts all', async () => {
    await service.google.control('POST', '/control/persons', { count: 130 });
    const from = await head();

    const { body } = await service.api('POST', '/api/sync?dryRun=true');

    expect(body.statistics).toMatchObject({ created: 130 });
    expect(body.events).toHaveLength(100);
    await service.api('POST', '/api/sync');
    const { items } = (await service.api('GET', `/api/events?after=${from}&limit=100`)).body;
    expect(body.events).toEqual((items as never[]).map(asRehearsed));
  });

  it('answers 409 beside a run', async () => {
    await fault({ kind: 'hang' });
    const { body: going } = await service.api('POST', '/api/sync', undefined, { prefer: 'respond-async' });

    const refused = await service.api('POST', '/api/sync/full?dryRun=true');

    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({ code: 'sync-in-progress', runId: going.id });
    await service.api('POST', `/api/sync/runs/${going.id as string}/cancel`);
  });

  it('answers 409 where another process stands still in a transaction of this account', async () => {
    const standing = new pg.Client({ connectionString: service.database.url });
    await standing.connect();
    try {
      await standing.query('begin');
      await standing.query('select 1 from leases for update');
      const { status, body } = await service.api('POST', '/api/sync?dryRun=true');
      expect(status).toBe(409);
      expect(body).toMatchObject({ code: 'sync-in-progress' });
    } finally {
      await standing.end();
    }
    expect((await service.api('POST', '/api/sync?dryRun=true')).status).toBe(200);
  });

  it('lets a run that is asked for meanwhile wait its turn, and neither disturbs the other', async () => {
    await service.google.control('POST', '/control/persons', { count: 3 });
    await service.google.control('DELETE', '/control/requests');
    await fault({ kind: 'delay', ms: 400 });
    const rehearsal = service.api('POST', '/api/sync?dryRun=true');
    await waitFor(
      async () => (await service.google.control('GET', '/control/requests')).body.items.length > 0,
      { what: 'the dry run to ask Google' },
    );

    const real = service.api('POST', '/api/sync');

    expect((await rehearsal).body).toMatchObject({ status: 'dry-run', statistics: { created: 3 } });
    expect((await real).body).toMatchObject({ status: 'success', statistics: { created: 3 } });
  });

  it.each([
    ['an incomplete list', 502, { kind: 'truncate' }],
    ['a switched-off API', 502, { kind: 'status', status: 403, reason: 'SERVICE_DISABLED' }],
    ['a refused request', 502, { kind: 'status', status: 400, message: 'Invalid personFields mask path.' }],
  ])('fails with the run’s own problem: %s', async (_, status, broken) => {
    await fault(broken, { times: 8 });

    const rehearsed = await service.api('POST', '/api/sync/full?dryRun=true');
    const real = await service.api('POST', '/api/sync/full');

    expect(rehearsed.status).toBe(status);
    expect(real.status).toBe(status);
    const { runId, instance, ...same } = real.body;
    expect(runId).toEqual(expect.any(String));
    expect(instance).toBe('/api/sync/full');
    expect(rehearsed.body).toMatchObject(same);
    expect(rehearsed.body.detail).toMatch(/^Sync failed: /);
  });

  it('refuses an account that nobody knows', async () => {
    const accountId = '7b1d0f5e-3a77-4d4b-9b52-0d7a3b1c9f11';
    const { status, body } = await service.api('POST', '/api/sync?dryRun=true', { accountId });
    expect(status).toBe(404);
    expect(body).toMatchObject({ code: 'account-not-found' });
  });
});
