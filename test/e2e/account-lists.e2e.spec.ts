import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';

/** As the schedule's interval of the service. */
const INTERVAL_MS = 3_600_000;

interface StoredAccount {
  readonly name: string;
  readonly email?: string;
  readonly reference?: string;
  readonly state?: string;
  readonly paused?: boolean;
  readonly interval?: string;
  readonly lastOutcome?: 'succeeded' | 'failed' | 'cancelled';
  readonly succeededMsAgo?: number;
  /** Of a run that goes on, or holds deletions. */
  readonly run?: 'queued' | 'running' | 'held';
  /** What the status says of it. */
  readonly stands: readonly [state: string, health: string];
}

const FRESH = { lastOutcome: 'succeeded', succeededMsAgo: 1.9 * INTERVAL_MS } as const;
const LATE = { lastOutcome: 'succeeded', succeededMsAgo: 2.1 * INTERVAL_MS } as const;

const NO_STATISTICS = {
  ...{ total_fetched: 0, created: 0, updated: 0, deleted: 0, not_listed: 0, merged: 0 },
  ...{ unchanged: 0, errors: 0, pages: 0 },
};
const NO_ABSENCES = { asked: 0, gone: 0, alive: 0, unanswered: 0 };

const ACCOUNTS: readonly StoredAccount[] = [
  { name: 'fresh', ...FRESH, stands: ['idle', 'fresh'] },
  { name: 'late', ...LATE, stands: ['idle', 'late'] },
  { name: 'never synced', stands: ['idle', 'late'] },
  { name: 'late by its own interval', interval: '1m', ...FRESH, stands: ['idle', 'late'] },
  { name: 'fresh by its own interval', interval: '1d', ...LATE, stands: ['idle', 'fresh'] },
  { name: 'cancelled', ...FRESH, lastOutcome: 'cancelled', stands: ['idle', 'fresh'] },
  { name: 'failed', ...FRESH, lastOutcome: 'failed', stands: ['error', 'failing'] },
  { name: 'failed, syncing', lastOutcome: 'failed', run: 'running', stands: ['syncing', 'failing'] },
  { name: 'waiting', ...FRESH, run: 'queued', stands: ['syncing', 'fresh'] },
  { name: 'held', ...FRESH, run: 'held', stands: ['held', 'held'] },
  { name: 'held, then failed', lastOutcome: 'failed', run: 'held', stands: ['held', 'held'] },
  { name: 'paused', paused: true, ...FRESH, stands: ['paused', 'paused'] },
  { name: 'paused, held', paused: true, ...FRESH, run: 'held', stands: ['paused', 'held'] },
  { name: 'gone', state: 'disconnected', ...FRESH, stands: ['disconnected', 'disconnected'] },
  { name: 'out', state: 'needs-reauth', ...FRESH, stands: ['needs-reauth', 'needs-reauth'] },
  { name: 'zoe', email: 'Zoe.A@x.example', reference: '50%_off', ...FRESH, stands: ['idle', 'fresh'] },
];

describe('A list of many accounts', () => {
  let service: TestService;
  const ids = new Map<string, string>();

  beforeAll(async () => {
    // Nobody syncs them.
    service = await startTestService({ ROLES: 'api', SYNC_INTERVAL: '1h' });
    await sql(service.database, 'delete from accounts');
    for (const account of ACCOUNTS) ids.set(account.name, await store(account));
  });
  afterAll(() => service.stop());

  const store = async (account: StoredAccount): Promise<string> => {
    const id = randomUUID();
    const { database } = service;
    await sql(
      database,
      `insert into accounts (id, name, email, reference, state, paused, connected_at)
       values ($1, $2, $3, $4, $5, $6, now() - interval '1 year')`,
      [
        id,
        account.name,
        account.email,
        account.reference,
        account.state ?? 'connected',
        account.paused ?? false,
      ],
    );
    await sql(
      database,
      `insert into sync_lists (account_id, list, epoch, last_outcome, succeeded_at)
       values ($1, 'contacts', 1, $2, now() - make_interval(secs => $3::float8 / 1000))`,
      [id, account.lastOutcome, account.succeededMsAgo],
    );
    if (account.run !== undefined) {
      await sql(
        database,
        `insert into sync_runs (id, account_id, list, requested_mode, mode, trigger, state, statistics, absences, queued_at)
         values ($1, $2, 'contacts', 'auto', 'full', 'manual', $3, $4, $5, now())`,
        [randomUUID(), id, account.run, NO_STATISTICS, NO_ABSENCES],
      );
    }
    if (account.interval !== undefined) {
      const changed = await service.api('PATCH', `/api/accounts/${id}`, { interval: account.interval });
      expect(changed).toMatchObject({ status: 200, body: { interval: account.interval } });
    }
    return id;
  };
  const nameOf = (id: string): string | undefined => [...ids].find(([, known]) => known === id)?.[0];

  /** Every item, page by page. */
  const all = async (path: string, member: 'items' | 'accounts', limit: number) => {
    const found: Record<string, string>[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const behind: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { status, body } = await service.api('GET', `${path}limit=${limit}${behind}`);
      expect(status).toBe(200);
      expect(body[member].length).toBeLessThanOrEqual(limit);
      found.push(...body[member]);
      cursor = body.nextCursor;
    }
    return found;
  };

  it.each(ACCOUNTS.map(({ name, stands }) => [name, ...stands]))(
    'says how each one stands: %s',
    async (name, state, health) => {
      const { body } = await service.api('GET', `/api/sync/status?q=${ids.get(name)}`);
      expect(body.accounts).toMatchObject([{ accountId: ids.get(name), state, health }]);
    },
  );

  it('has totals of all accounts, whatever the page shows', async () => {
    const { body } = await service.api('GET', '/api/sync/status?limit=1&state=held');
    const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0);

    expect(body.totals).toMatchObject({
      accounts: ACCOUNTS.length,
      state: { idle: 7, syncing: 2, held: 2, error: 1, paused: 2, disconnected: 1, 'needs-reauth': 1 },
      health: { fresh: 5, late: 3, failing: 2, held: 3, paused: 1, disconnected: 1, 'needs-reauth': 1 },
    });
    expect([sum(body.totals.state), sum(body.totals.health)]).toEqual([ACCOUNTS.length, ACCOUNTS.length]);
  });

  it('comes page by page, each account once, in one order', async () => {
    const inOne = await all('/api/sync/status?', 'accounts', 500);
    const inMany = await all('/api/sync/status?', 'accounts', 3);

    expect(inOne).toHaveLength(ACCOUNTS.length);
    expect(inMany.map(({ accountId }) => accountId)).toEqual(inOne.map(({ accountId }) => accountId));
    expect((await all('/api/accounts?', 'items', 3)).map(({ id }) => id)).toEqual(
      inOne.map(({ accountId }) => accountId),
    );
  });

  it('is narrowed to a state or a health', async () => {
    const names = async (filter: string) =>
      (await all(`/api/sync/status?${filter}&`, 'accounts', 2)).map(({ accountId = '' }) =>
        nameOf(accountId),
      );

    expect(new Set(await names('state=syncing'))).toEqual(new Set(['failed, syncing', 'waiting']));
    expect(new Set(await names('health=late'))).toEqual(
      new Set(['late', 'never synced', 'late by its own interval']),
    );
    expect((await all('/api/accounts?state=needs-reauth&', 'items', 2)).map(({ name }) => name)).toEqual([
      'out',
    ]);
  });

  it('has those of some ids, and nothing of an id that nobody has', async () => {
    const query = [ids.get('zoe'), ids.get('out'), randomUUID()].map((id) => `id=${id}`).join('&');
    const { body } = await service.api('GET', `/api/accounts?sort=name&${query}`);

    expect(body.items).toMatchObject([{ name: 'out' }, { name: 'zoe' }]);
    expect((await service.api('GET', `/api/accounts?id=${ids.get('zoe')}`)).body.items).toHaveLength(1);
  });

  it.each(['zoe', 'ZOE.a', 'x.example', '50%_'])(
    'is searched by name, address and reference: %s',
    async (q) => {
      const query = `?q=${encodeURIComponent(q)}`;

      expect((await service.api('GET', `/api/accounts${query}`)).body.items).toMatchObject([{ name: 'zoe' }]);
      expect((await service.api('GET', `/api/sync/status${query}`)).body.accounts).toMatchObject([
        { accountId: ids.get('zoe') },
      ]);
    },
  );

  it('is asked for in a body, too, so that no name stands in an address', async () => {
    const search = (body: object) => service.api('POST', '/api/accounts/search', body);
    const { status, body } = await search({ q: 'ZOE.a' });

    expect([status, body]).toEqual([200, (await service.api('GET', '/api/accounts?q=ZOE.a')).body]);
    expect(body.items).toMatchObject([{ name: 'zoe' }]);
    expect(
      (await search({ health: ['late'], needsPerson: false, sort: 'name', limit: 1 })).body,
    ).toMatchObject({ items: [{ name: 'late' }], nextCursor: expect.any(String) });
    for (const refused of [{ q: '' }, { limit: '5' }, { limit: 501 }, { name: 'zoe' }])
      expect(await search(refused)).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
  });

  it.each(['%', '_', '\\', 'zo_'])('takes no character of a search for a wildcard: %s', async (q) => {
    const { body } = await service.api('GET', `/api/accounts?q=${encodeURIComponent(q)}`);
    expect(body.items.length).toBe(q === '%' || q === '_' ? 1 : 0);
  });

  it('is sorted by name, either way', async () => {
    const up = (await all('/api/accounts?sort=name&', 'items', 3)).map(({ name }) => name);
    const down = (await all('/api/accounts?sort=-name&', 'items', 3)).map(({ name }) => name);

    expect(up).toHaveLength(ACCOUNTS.length);
    expect(up[0]).toBe('cancelled');
    expect(down).toEqual(up.toReversed());
  });

  it('is sorted by trouble: what needs a person, what may mend itself, and what is well, by name', async () => {
    const names = (await all('/api/accounts?sort=trouble&', 'items', 3)).map(({ name }) => name);

    expect(names).toEqual([
      ...['out', 'held, then failed', 'held', 'paused, held'],
      ...['failed, syncing', 'failed', 'never synced', 'late', 'late by its own interval', 'paused'],
      ...['cancelled', 'fresh', 'fresh by its own interval', 'waiting', 'zoe', 'gone'],
    ]);
  });

  it('is sorted by the last good run, contacts and changes, either way', async () => {
    const { database } = service;
    for (const [name, size] of [
      ['zoe', 30],
      ['gone', 20],
      ['late', 10],
    ] as const) {
      const id = ids.get(name);
      await sql(
        database,
        `insert into contact_counts (table_name, account_id, live) values ('contacts', $1, $2)`,
        [id, size],
      );
      await sql(
        database,
        `insert into account_changes (account_id, half_hour, created, updated, deleted)
         select $1, date_bin('30 minutes', now(), '2000-01-01 00:00Z') - h * interval '30 minutes', 1, $2, 1
         from unnest(array[0, 47]) as h`,
        [id, size],
      );
    }
    for (const [sort, first] of [
      ['succeededAt', /never|failed/],
      ['contacts', /./],
      ['changes', /./],
    ] as const) {
      const up = (await all(`/api/accounts?sort=${sort}&`, 'items', 3)).map(({ name }) => name ?? '');
      const down = (await all(`/api/accounts?sort=-${sort}&`, 'items', 3)).map(({ name }) => name ?? '');

      expect(up[0]).toMatch(first);
      expect(new Set(up).size).toBe(ACCOUNTS.length);
      expect(down).toEqual(up.toReversed());
      if (sort !== 'succeededAt') expect(down.slice(0, 3)).toEqual(['zoe', 'gone', 'late']);
    }
    expect((await service.api('GET', `/api/accounts/${ids.get('zoe')}`)).body).toMatchObject({
      contacts: 30,
      changes24h: { total: 64, hourly: [32, ...Array.from({ length: 22 }, () => 0), 32] },
      standing: 'idle',
      health: 'fresh',
    });
  });

  it('is narrowed to several kinds of health, and to what needs a person', async () => {
    const names = async (filter: string) =>
      new Set((await all(`/api/accounts?${filter}&`, 'items', 2)).map(({ name }) => name));

    expect(await names('health=paused&health=failing')).toEqual(
      new Set(['paused', 'failed', 'failed, syncing']),
    );
    expect(await names('needsPerson=true')).toEqual(
      new Set(['out', 'held', 'held, then failed', 'paused, held']),
    );
  });

  it.each([
    ['/api/accounts?sort=email', 'invalid-request'],
    ['/api/accounts?health=well', 'invalid-request'],
    ['/api/accounts?state=idle', 'invalid-request'],
    ['/api/accounts?q=', 'invalid-request'],
    ['/api/accounts?q=%00', 'invalid-request'],
    ['/api/accounts?limit=501', 'invalid-request'],
    ['/api/accounts?cursor=x', 'invalid-cursor'],
    [`/api/accounts?sort=name&cursor=${Buffer.from('["a"]').toString('base64url')}`, 'invalid-cursor'],
    [`/api/accounts?cursor=${Buffer.from('["name","a"]').toString('base64url')}`, 'invalid-cursor'],
    ['/api/sync/status?cursor=x', 'invalid-cursor'],
    ['/api/sync/status?state=fresh', 'invalid-request'],
  ])('refuses what it cannot take: %s', async (path, code) => {
    expect(await service.api('GET', path)).toMatchObject({ status: 400, body: { code } });
  });
});

describe("An account's own interval", () => {
  let service: TestService;
  let path: string;
  beforeAll(async () => {
    service = await startTestService({ ROLES: 'api', SYNC_INTERVAL: '6h' });
    path = `/api/accounts/${(await service.api('GET', '/api/accounts')).body.items[0].id}`;
    await sql(
      service.database,
      `insert into sync_lists (account_id, list, epoch, next_sync_at)
       select id, 'contacts', 1, now() + interval '5 hours' from accounts`,
    );
    await sql(service.database, `update accounts set connected_at = now() - interval '1 day'`);
  });
  afterAll(() => service.stop());

  const hoursToNext = async (): Promise<number> => {
    const { nextSyncAt } = (await service.api('GET', '/api/sync/status')).body.accounts[0];
    return (Date.parse(nextSyncAt) - Date.now()) / 3_600_000;
  };

  it('counts from now where it is shorter, and from the next sync on where it is longer', async () => {
    expect(await hoursToNext()).toBeCloseTo(5, 1);
    expect((await service.api('PATCH', path, { interval: '90m' })).body).toMatchObject({ interval: '90m' });
    expect(await hoursToNext()).toBeCloseTo(1.5, 1);
    expect((await service.api('PATCH', path, { interval: '2d' })).body).toMatchObject({ interval: '2d' });
    expect(await hoursToNext()).toBeCloseTo(24, 1);
    expect((await service.api('PATCH', path, { interval: null })).body).toMatchObject({ interval: null });
    expect(await hoursToNext()).toBeCloseTo(1.5, 1);
  });

  it.each(['5', '0m', '1w', '3651d', 5, ''])('is refused where it is none: %j', async (interval) => {
    expect(await service.api('PATCH', path, { interval })).toMatchObject({
      status: 400,
      body: { code: 'invalid-request' },
    });
  });
});
