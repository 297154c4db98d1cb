import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { callsTo } from '../support/call.js';
import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

interface Bucket {
  readonly at: string;
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly syncs: number;
  readonly errors: number;
}

interface OverviewBody {
  readonly at: string;
  readonly totals: { accounts: number; state: Record<string, number>; health: Record<string, number> };
  readonly day: { buckets: Bucket[]; errors: object[] };
  readonly running: object;
  readonly trouble: object;
  readonly oldest: object;
  readonly stream: { kafka?: object } | null;
}

const HALF_HOUR_MS = 1_800_000;
const CONTACTS = 6;

type Counts = Omit<Bucket, 'at'>;
const KINDS = ['created', 'updated', 'deleted', 'syncs', 'errors'] as const;

function sumOf(buckets: readonly Bucket[]): Counts {
  const sum = (kind: keyof Counts): number => buckets.reduce((total, bucket) => total + bucket[kind], 0);
  return Object.fromEntries(KINDS.map((kind) => [kind, sum(kind)])) as unknown as Counts;
}

describe('The figures of the last day', () => {
  let service: TestService;
  let names: string[];
  let accountId: string;
  let before: Counts;
  let seed = 900;
  beforeAll(async () => {
    service = await startTestService({ SYNC_PAGE_SIZE: '4', DELETION_GUARD: '0%,1' });
    accountId = await waitFor(
      async () => (await service.api('GET', '/api/accounts')).body.items[0]?.id as string | undefined,
      { what: 'the account to be connected' },
    );
  });
  afterAll(() => service.stop());

  beforeEach(async () => {
    seed += 1;
    await service.google.control('DELETE', '/control/faults');
    await service.google.control('PUT', '/control/accounts/demo', { persons: CONTACTS, seed });
    const { body } = await sync('/full');
    if (body.status === 'held')
      await service.api('POST', `/api/sync/runs/${body.run.id}/held-deletions/approve`);
    const { items } = (await service.google.control('GET', '/control/persons')).body;
    names = (items as { resourceName: string }[]).map((person) => person.resourceName);
    before = await figures();
  });

  const sync = (path = '') => service.api('POST', `/api/sync${path}`);
  const remove = async (resourceNames: readonly string[]): Promise<void> => {
    for (const name of resourceNames)
      await service.google.control('DELETE', `/control/persons/${name.replace('people/', '')}`);
  };
  /** Of the account, which is not shared with those who asked before. */
  const day = async () =>
    (await service.api('GET', `/api/overview?accountId=${accountId}`)).body.day as {
      from: string;
      buckets: Bucket[];
      errors: { code: string; count: number; firstAt: string; lastAt: string }[];
    };
  async function figures(): Promise<Counts> {
    return sumOf((await day()).buckets);
  }
  const more = async (): Promise<Partial<Counts>> => {
    const now = await figures();
    const grown = KINDS.map((kind) => [kind, now[kind] - before[kind]] as const);
    return Object.fromEntries(grown.filter(([, count]) => count !== 0));
  };

  it('count what runs change, and runs', async () => {
    await remove(names.slice(0, 1));
    await service.google.control('POST', '/control/persons', { count: 2 });
    await sync('/incremental');
    await sync('/incremental');

    expect(await more()).toEqual({ created: 2, deleted: 1, syncs: 2 });
  });

  it('count deletions once they are approved, and what was held not before', async () => {
    await remove(names.slice(0, 3));
    const { body } = await sync('/full');
    expect(body.status).toBe('held');
    expect(await more()).toEqual({ syncs: 1 });

    await service.api('POST', `/api/sync/runs/${body.run.id}/held-deletions/approve`);

    expect(await more()).toEqual({ syncs: 1, deleted: 3 });
  });

  it('count what a replay of the quarantine changes', async () => {
    await service.google.control('POST', '/control/faults', {
      where: 'connections',
      fault: {
        kind: 'replace-person',
        persons: [JSON.stringify({ resourceName: 'people/odd', names: 'no list' })],
      },
    });
    await sync('/full');
    const [entry] = (await service.api('GET', '/api/quarantine?state=open')).body.items as { id: string }[];
    const counted = await more();
    // As if a later version understood it.
    await sql(service.database, 'update quarantined_persons set payload = $2 where id = $1', [
      entry?.id,
      { resourceName: 'people/odd', names: [{ displayName: 'Odd', metadata: { primary: true } }] },
    ]);

    expect(await service.api('POST', `/api/quarantine/${entry?.id ?? ''}/replay`)).toMatchObject({
      status: 200,
    });

    expect(await more()).toEqual({ ...counted, created: (counted.created ?? 0) + 1 });
  });

  it('count nothing of a dry run', async () => {
    await remove(names.slice(0, 1));
    await service.api('POST', '/api/sync?dryRun=true');
    expect(await more()).toEqual({});
  });

  it('count failed runs by code, and how many of them there were in a row', async () => {
    const fail = (times: number) =>
      service.google.control('POST', '/control/faults', {
        where: 'connections',
        fault: { kind: 'status', status: 403, reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT' },
        times,
      });
    const account = async () => (await service.api('GET', `/api/accounts/${accountId}`)).body as object;
    const earlier = (await day()).errors[0]?.count ?? 0;
    await fail(2);
    await sync();
    expect(await account()).toMatchObject({ health: 'failing', failures: 1, needsPerson: true });
    await sync();

    expect(await more()).toEqual({ errors: 2 });
    expect(await account()).toMatchObject({ failures: 2, lastRun: { state: 'failed' } });
    const [failure] = (await day()).errors;
    expect(failure).toMatchObject({ code: 'google-unavailable', count: earlier + 2 });
    expect(Date.parse(failure?.lastAt ?? '')).toBeGreaterThan(Date.parse(failure?.firstAt ?? ''));

    await service.google.control('DELETE', '/control/faults');
    await sync();
    expect(await account()).toMatchObject({ health: 'fresh', failures: 0, needsPerson: false });
  });

  it('are those of the log', async () => {
    const rows = await sql<{ created: number; updated: number; deleted: number }>(
      service.database,
      `select (count(*) filter (where data ->> 'change' in ('created', 'restored')))::int as created,
         (count(*) filter (where data ->> 'change' in ('updated', 'renamed')))::int as updated,
         (count(*) filter (where type = 'ContactDeleted'))::int as deleted
       from events`,
    );
    expect(await figures()).toMatchObject(rows[0] ?? {});
  });

  it('come in 48 half hours, the last of which goes on', async () => {
    const { from, buckets } = await day();
    const times = buckets.map(({ at }) => Date.parse(at));

    expect(times).toEqual(times.map((_, index) => Date.parse(from) + index * HALF_HOUR_MS));
    expect(times).toHaveLength(48);
    expect((times.at(0) ?? 1) % HALF_HOUR_MS).toBe(0);
    expect(Date.now() - (times.at(-1) ?? 0)).toBeLessThan(HALF_HOUR_MS + 5_000);
  });
});

describe('The overview', () => {
  let service: TestService;
  const [ops, one, other] = [randomUUID(), randomUUID(), randomUUID()];
  const tokens = { all: 'a'.repeat(32), bound: 'b'.repeat(32) };
  beforeAll(async () => {
    service = await startTestService({
      ROLES: 'api',
      SYNC_INTERVAL: '1h',
      API_TOKENS: [`all:operate:${tokens.all}`, `bound:operate@${one}:${tokens.bound}`].join(),
    });
    await sql(service.database, 'delete from accounts');
    const now = `date_bin('30 minutes', now(), timestamptz '2000-01-01 00:00Z')`;
    for (const [index, id] of [one, other, ops].entries()) {
      await sql(
        service.database,
        `insert into accounts (id, name, state, paused, connected_at) values ($1, $2, 'connected', $3, now() - interval '1 year')`,
        [id, `account ${index}`, id === ops],
      );
      await sql(
        service.database,
        `insert into sync_lists (account_id, list, epoch, last_outcome, succeeded_at, failures)
         values ($1, 'contacts', 1, $3, now() - make_interval(mins => $2), $4)`,
        [id, 10 + index, id === other ? 'failed' : 'succeeded', id === other ? 3 : 0],
      );
      // One of each half hour of the last two days, as long as nothing has removed it.
      await sql(
        service.database,
        `insert into account_changes (account_id, half_hour, created, updated, deleted)
         select $1, ${now} - n * interval '30 minutes', 1, 10, 100 from generate_series(0, 95) as n`,
        [id],
      );
      await sql(
        service.database,
        `insert into run_outcomes (account_id, half_hour, outcome, count, first_at, last_at)
         select $1, ${now} - n * interval '30 minutes', outcome, 6, now(), now()
         from generate_series(0, 95) as n, unnest(array['succeeded', 'google-rate-limited']) as outcome`,
        [id],
      );
    }
    await sql(
      service.database,
      `insert into sync_runs (id, account_id, list, requested_mode, mode, trigger, state, statistics, absences, queued_at)
       values ($1, $2, 'contacts', 'auto', 'full', 'manual', 'queued', $3, $4, now())`,
      [
        randomUUID(),
        one,
        {
          ...{ total_fetched: 0, created: 0, updated: 0, deleted: 0, not_listed: 0, merged: 0 },
          ...{ unchanged: 0, errors: 0, pages: 0 },
        },
        { asked: 0, gone: 0, alive: 0, unanswered: 0 },
      ],
    );
  });
  afterAll(() => service.stop());

  const ask = (token: string, path: string) =>
    callsTo(service.url)('GET', path, undefined, { authorization: `Bearer ${token}` });
  const overview = async (token = tokens.all) => (await ask(token, '/api/overview')).body as OverviewBody;

  it('adds up: states, half hours, errors, trouble, and what the accounts say themselves', async () => {
    const { totals, day, running, trouble, stream, oldest } = await overview();
    const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0);

    expect([totals.accounts, sum(totals.state), sum(totals.health)]).toEqual([3, 3, 3]);
    expect(sumOf(day.buckets)).toEqual({
      created: 3 * 48,
      updated: 3 * 480,
      deleted: 3 * 4_800,
      syncs: 3 * 48 * 6,
      errors: 3 * 48 * 6,
    });
    expect(day.errors).toMatchObject([{ code: 'google-rate-limited', count: 3 * 48 * 6 }]);
    expect(running).toMatchObject({
      running: 0,
      queued: 1,
      items: [{ accountId: one, accountName: 'account 0' }],
    });
    expect(trouble).toEqual({ accounts: 1, held: 0, quarantined: 0, deadLetters: 0, total: 1 });
    expect(oldest).toMatchObject({ accountId: other });
    expect(stream).toMatchObject({
      google: { accounts: 3 },
      log: { position: '0' },
      readModel: { position: '0', lag: { events: 0 } },
    });
    expect(stream?.kafka).toBeUndefined();

    const { items } = (await ask(tokens.all, '/api/accounts')).body as {
      items: { changes24h: { total: number; hourly: number[] } }[];
    };
    expect(items.map(({ changes24h: { total, hourly } }) => [total, hourly])).toEqual(
      items.map(() => [48 * 111, Array.from({ length: 24 }, () => 222)]),
    );
  });

  it('is of the own account alone for those who are bound to one', async () => {
    const { totals, day, running, oldest, stream, trouble } = await overview(tokens.bound);

    expect(totals.accounts).toBe(1);
    expect(sumOf(day.buckets)).toMatchObject({ created: 48, syncs: 48 * 6 });
    expect(running).toMatchObject({ queued: 1 });
    expect(oldest).toMatchObject({ accountId: one });
    expect(stream).toBeNull();
    expect(trouble).toMatchObject({ deadLetters: null, total: 0 });
  });

  it('is worked out once for all who ask at about the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => overview()));
    expect(new Set(answers.map(({ at }) => at)).size).toBeLessThanOrEqual(2);
  });
});

describe('What a service says of itself', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({
      ROLES: 'api',
      SYNC_INTERVAL: '10m',
      DELETION_GUARD: '20%,50',
      API_TOKENS: `reader:read:${'r'.repeat(32)}`,
    });
  });
  afterAll(() => service.stop());

  it('is told to whoever may call at all', async () => {
    const { body } = await service.api('GET', '/api/about', undefined, {
      authorization: `Bearer ${'r'.repeat(32)}`,
    });
    expect(body).toMatchObject({
      name: 'contactstream',
      roles: ['api'],
      kafka: false,
      google: 'simulated',
      simulatorControl: `${service.google.url}/control`,
      schedule: { interval: '10m', cron: null, fullInterval: '6d' },
      deletionGuard: { share: 0.2, count: 50 },
      authentication: 'tokens',
      oidc: false,
      principal: { name: 'reader', scopes: ['read'], accountId: null },
    });
    expect(Date.parse(body.startedAt)).toBeLessThan(Date.now());
  });
});
