import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { boundSql, ConfigurationError, connectDatabase } from '#platform';
import { syncEntities } from '#sync';

import { killAndCompare } from '../crash/kill-and-compare.js';
import { logFaults } from '../crash/log-checks.js';
import { spawnService } from '../crash/spawned-process.js';
import { type Call, callsTo } from '../support/call.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { describePgBouncer, type PgBouncer, startPgBouncer } from '../support/pgbouncer.js';
import { rebuild } from '../support/rebuild.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { type RunningService, startGoogle, startService, type TestGoogle } from '../support/service.js';
import { sql } from '../support/sql.js';

const CONTACTS = 300;

/** As someone sets it who was told that a start-up parameter is not supported. */
const LENIENT = {
  ignore_startup_parameters:
    'extra_float_digits,idle_in_transaction_session_timeout,statement_timeout,options',
};

describePgBouncer('Without a connection past a transaction pooler', () => {
  let database: TestDatabase;
  let bouncer: PgBouncer | null = null;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    await bouncer?.stop();
    bouncer = null;
  });
  afterAll(() => database.drop());

  const variables = (url: string) => serviceEnvironment({ url }, { url: 'http://127.0.0.1:1' });
  const tables = () => sql(database, `select from pg_tables where schemaname = 'public'`);

  it.each([
    ['as it comes', {}],
    ['that ignores what it does not know', LENIENT],
    ['with one connection', { default_pool_size: '1' }],
    ['that gives out each connection in turn', { server_round_robin: '1', min_pool_size: '4' }],
    ['of statements', { pool_mode: 'statement' }],
  ])('the start is refused, and nothing is done: %s', async (_, settings) => {
    bouncer = await startPgBouncer(database, settings);

    const refusal = startService(variables(bouncer.url));

    await expect(refusal).rejects.toMatchObject({ name: ConfigurationError.name });
    await expect(refusal).rejects.toThrow(/^DATABASE_DIRECT_URL is needed: DATABASE_URL leads through/);
    expect(await tables()).toEqual([]);
  });

  it('so it is where DATABASE_DIRECT_URL leads through it too', async () => {
    bouncer = await startPgBouncer(database, LENIENT);

    const refusal = startService({ ...variables(database.url), DATABASE_DIRECT_URL: bouncer.url });

    await expect(refusal).rejects.toThrow(/^DATABASE_DIRECT_URL is \(hidden\), and leads through/);
  });

  it('the process ends with exit code 78', async () => {
    bouncer = await startPgBouncer(database);

    await expect(spawnService(variables(bouncer.url))).rejects.toThrow(
      /exit code 78.*\n.*DATABASE_DIRECT_URL is needed/,
    );
  });
});

describePgBouncer('Behind a pooler of sessions', () => {
  it('no other connection is needed', async () => {
    const database = await createTestDatabase();
    const google = await startGoogle({ persons: 3 });
    const bouncer = await startPgBouncer(database, { pool_mode: 'session' });
    const service = await startService(serviceEnvironment(bouncer, google));
    try {
      expect((await callsTo(service.url)('POST', '/api/sync')).status).toBe(200);
    } finally {
      await service.stop();
      await Promise.all([bouncer.stop(), google.stop()]);
      await database.drop();
    }
  });
});

describePgBouncer('Behind a transaction pooler, with DATABASE_DIRECT_URL', () => {
  let database: TestDatabase;
  let google: TestGoogle;
  let bouncer: PgBouncer;
  let service: RunningService;
  let api: Call;
  beforeAll(async () => {
    [database, google] = await Promise.all([createTestDatabase(), startGoogle({ persons: CONTACTS })]);
    // Fewer connections than the service's pool: each statement may meet another one.
    bouncer = await startPgBouncer(database, { default_pool_size: '4' });
    service = await startService({
      ...serviceEnvironment(bouncer, google),
      DATABASE_DIRECT_URL: database.url,
      SYNC_PAGE_SIZE: '50',
      DELETION_GUARD: 'off',
    });
    api = callsTo(service.url);
  });
  afterAll(async () => {
    await service.stop();
    await Promise.all([bouncer.stop(), google.stop()]);
    await database.drop();
  });

  it('contacts are synced, shown, found, and changed', async () => {
    expect((await api('POST', '/api/sync/full')).body).toMatchObject({
      status: 'success',
      statistics: { created: CONTACTS },
      run: { readModelCaughtUp: true },
    });
    await google.control('POST', '/control/persons/change', { edits: 20, creates: 5, deletes: 5, seed: 1 });

    const { status, body } = await api('POST', '/api/sync/incremental');

    expect([status, body.statistics.created, body.statistics.deleted]).toEqual([200, 5, 5]);
    const { items } = (await api('GET', '/api/contacts?limit=500')).body;
    expect(items).toHaveLength(CONTACTS);
    expect((await api('GET', `/api/contacts/${items[0].id as string}/history`)).status).toBe(200);
    expect((await api('GET', `/api/contacts?q=${encodeURIComponent(items[0].displayName)}`)).status).toBe(
      200,
    );
    expect((await api('POST', '/api/sync?dryRun=true')).body.status).toBe('dry-run');
    expect(await logFaults(database)).toEqual([]);
  });

  it('many ask at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        api('GET', index % 2 === 0 ? '/api/contacts' : '/api/sync/status'),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });

  it('the read model is rebuilt and verified', async () => {
    expect(await rebuild(api)).toMatchObject({ state: 'succeeded', differences: { count: 0 } });
    expect((await api('POST', '/api/verify')).body.ok).toBe(true);
  });

  it('a transaction may stand idle for ten seconds, as it may without one', async () => {
    const orm = await connectDatabase(bouncer.url, { entities: syncEntities, migrations: [] }, false);
    try {
      const shown = await orm.em
        .fork()
        .transactional((tx) =>
          boundSql(tx, `select current_setting('idle_in_transaction_session_timeout') as is`),
        );
      expect(shown).toEqual([{ is: '10s' }]);
    } finally {
      await orm.close();
    }
  });
});

describePgBouncer('Behind a transaction pooler, a process that is killed', () => {
  it('loses nothing, repeats nothing and gets stuck nowhere', async () => {
    const database = await createTestDatabase();
    const bouncer = await startPgBouncer(database, { default_pool_size: '4' });
    try {
      const { kills } = await killAndCompare(database, {
        contacts: 1_000,
        kills: 2,
        mostKillsARun: 1,
        pageSize: 50,
        seed: 21,
        variables: { DATABASE_URL: bouncer.url, DATABASE_DIRECT_URL: database.url },
      });
      expect(kills).toBe(2);
    } finally {
      await bouncer.stop();
      await database.drop();
    }
  }, 120_000);
});
