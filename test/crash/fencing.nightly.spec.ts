import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { APPEND_LOCK } from '../support/append-lock.js';
import { type TestDatabase } from '../support/database.js';
import { lockWaits } from '../support/lock-waits.js';
import { createMigratedDatabase } from '../support/migrated-database.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { startGoogle, type TestGoogle } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';
import { logFaults } from './log-checks.js';
import { spawnService, type SpawnedProcess } from './spawned-process.js';

const CONTACTS = 50;
const PAGES = 5;

interface RunRow {
  readonly id: string;
  readonly state: string;
  readonly pages: number;
}

describe('Real processes on one database', () => {
  let database: TestDatabase;
  let google: TestGoogle;
  let processes: SpawnedProcess[];
  beforeEach(async () => {
    [database, google] = await Promise.all([
      createMigratedDatabase(),
      startGoogle({ persons: CONTACTS, seed: 7 }),
    ]);
    processes = [];
  });
  afterEach(async () => {
    for (const process of processes) process.signal('SIGKILL');
    await Promise.all(processes.map(({ ended }) => ended));
    await Promise.all([database.drop(), google.stop()]);
  });

  const start = async (): Promise<SpawnedProcess> => {
    const process = await spawnService({
      ...serviceEnvironment(database, google),
      SYNC_PAGE_SIZE: '10',
      DELETION_GUARD: 'off',
      LOG_LEVEL: 'info',
    });
    processes.push(process);
    return process;
  };
  const fault = (page: number, kind: object) =>
    google.control('POST', '/control/faults', { where: 'connections', when: { page }, fault: kind });
  const requests = async (): Promise<{ page: number; status: number | null }[]> => {
    const { items } = (await google.control('GET', '/control/requests')).body;
    return (items as { path: string; page: number; status: number | null }[]).filter(({ path }) =>
      path.endsWith('/connections'),
    );
  };
  const pagesAsked = async (): Promise<number[]> => (await requests()).map(({ page }) => page);
  const runs = () =>
    sql<RunRow>(
      database,
      `select id, state, (statistics ->> 'pages')::int as pages from sync_runs order by queued_at`,
    );
  const pagesStored = (count: number) =>
    waitFor(async () => (await runs())[0]?.pages === count, { what: `${count} stored pages` });
  const over = (state = 'succeeded') =>
    waitFor(async () => (await runs())[0]?.state === state, {
      what: 'the end of the run',
      timeoutMs: 20_000,
    });
  const beginSync = async (process: SpawnedProcess, path = '/full'): Promise<void> => {
    const { status } = await process.call('POST', `/api/sync${path}`, undefined, { prefer: 'respond-async' });
    expect(status).toBe(202);
  };
  const pageStandsBeforeItsCommit = () =>
    waitFor(async () => (await lockWaits(database, 'advisory')) === 1, {
      what: 'a page to stand before its commit',
    });
  /** What time would do in half a minute: the lease of a process that does not renew it runs out. */
  const expireLease = async (): Promise<void> => {
    await sql(database, `update leases set expires_at = clock_timestamp() where name like 'account %'`);
    await sql(database, `select pg_notify('contactstream_work', '')`);
  };
  /** Which of them has the lease, and which has not. */
  const holderAndOther = async (): Promise<[SpawnedProcess, SpawnedProcess]> => {
    const [lease] = await sql<{ owner: string }>(
      database,
      `select owner from leases where name like 'account %'`,
    );
    const [first, second] = processes;
    if (first === undefined || second === undefined) throw new Error('There are no two processes');
    return lease?.owner.endsWith(`:${first.pid}`) === true ? [first, second] : [second, first];
  };
  const takeovers = async ({ url }: SpawnedProcess): Promise<number> => {
    const text = await (await fetch(`${url}/metrics`)).text();
    return Number(/^contactstream_sync_run_takeovers_total (\d+)$/m.exec(text)?.[1]);
  };
  const log = () =>
    sql(database, 'select position, stream_id, version, type, run_id from events order by position');
  const names = async (): Promise<string[]> => {
    const { items } = (await google.control('GET', '/control/persons?limit=1000')).body;
    return (items as { resourceName: string }[]).map(({ resourceName }) => resourceName).sort();
  };
  const isGooglesState = async (): Promise<void> => {
    expect(await logFaults(database)).toEqual([]);
    const heads = await sql<{ name: string }>(
      database,
      'select resource_name as name from contact_snapshots where not deleted',
    );
    expect(heads.map(({ name }) => name).sort()).toEqual(await names());
  };

  it('a process that was stopped in the middle of a run, and has lost it, writes nothing more', async () => {
    const one = await start();
    await start();
    // Its answer comes while nobody is awake to read it.
    await fault(3, { kind: 'delay', ms: 1_500 });
    await beginSync(one);
    await pagesStored(2);
    const [stopped, other] = await holderAndOther();
    stopped.signal('SIGSTOP');
    await waitFor(async () => (await requests()).find(({ page }) => page === 3)?.status === 200, {
      what: 'the answer to go out',
    });

    await expireLease();
    await over();
    const afterTakeover = await log();
    expect(await pagesAsked()).toEqual([1, 2, 3, 3, 4, 5]);
    expect(await takeovers(other)).toBe(1);
    stopped.signal('SIGCONT');

    // It is awake, and through with its page, once it answers and does what it is told.
    expect((await stopped.call('GET', '/health/live')).status).toBe(200);
    const again = await waitFor(
      async () => {
        const { status, body } = await stopped.call('POST', '/api/sync');
        return status === 200 ? (body as { statistics: object }) : undefined;
      },
      { what: 'a sync asked for at the awakened process' },
    );
    expect(again.statistics).toMatchObject({ total_fetched: 0 });
    expect(await log()).toEqual(afterTakeover);
    expect(afterTakeover).toHaveLength(CONTACTS);
    expect((await runs()).map(({ state, pages }) => ({ state, pages }))).toEqual([
      { state: 'succeeded', pages: PAGES },
      { state: 'succeeded', pages: 1 },
    ]);
    await isGooglesState();
    expect((await other.call('GET', '/api/sync/status')).body.accounts[0].state).toBe('idle');
    // What it gave back by itself was taken from nobody.
    expect(await takeovers(stopped)).toBe(0);
  });

  it('one that was stopped while its page was written loses it too: the page is whole, nothing follows it', async () => {
    const one = await start();
    await start();
    const blocker = new pg.Client({ connectionString: database.url });
    await blocker.connect();
    try {
      await fault(3, { kind: 'delay', ms: 1_500 });
      await beginSync(one);
      await pagesStored(2);
      await blocker.query(`select pg_advisory_lock(${APPEND_LOCK})`);
      await pageStandsBeforeItsCommit();
      const [stopped] = await holderAndOther();
      stopped.signal('SIGSTOP');
      await blocker.query(`select pg_advisory_unlock(${APPEND_LOCK})`);
      await pagesStored(3);
      await expireLease();
      await over();
      const afterTakeover = await log();
      stopped.signal('SIGCONT');

      expect((await stopped.call('POST', '/api/sync')).status).toBe(200);
      expect(await log()).toEqual(afterTakeover);
      await isGooglesState();
    } finally {
      await blocker.end();
    }
  });

  it('a SIGTERM in the middle of a run ends the process in time, and the next one resumes at its page', async () => {
    const first = await start();
    await fault(4, { kind: 'hang' });
    await beginSync(first);
    await waitFor(async () => (await pagesAsked()).includes(4), { what: 'page 4 to be asked for' });
    const started = performance.now();

    first.signal('SIGTERM');

    expect([0, 'SIGTERM']).toContain(await first.ended);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(
      await sql(database, `select 1 from leases where name like 'account %' and expires_at > now()`),
    ).toEqual([]);
    expect(await runs()).toMatchObject([{ state: 'running', pages: 3 }]);
    await start();
    await over();
    expect(await pagesAsked()).toEqual([1, 2, 3, 4, 4, 5]);
    expect(await runs()).toMatchObject([{ pages: PAGES }]);
    await isGooglesState();
  });

  it('a list that ended too early before a crash counts for nothing afterwards', async () => {
    const first = await start();
    await beginSync(first);
    await over();
    await fault(3, { kind: 'hang' });
    await beginSync(first);
    await waitFor(async () => (await runs())[1]?.pages === 2, { what: 'two stored pages' });
    first.signal('SIGKILL');
    await first.ended;
    // Page 2 was the last one and came without a sync token; the process ended before it could say so.
    await sql(database, 'update sync_lists set next_page_token = null');
    // What page 1 showed is gone meanwhile.
    const [name] = await sql<{ name: string }>(
      database,
      `select head.resource_name as name from sync_run_pages pages
       join contact_snapshots head on head.contact_id = (pages.created || pages.updated || pages.unchanged)[1] where pages.page = 1`,
    );
    await google.control('DELETE', `/control/persons/${name?.name.replace('people/', '') ?? ''}`);
    await expireLease();

    await start();

    await waitFor(async () => (await runs())[1]?.state === 'succeeded', { what: 'the end of the run' });
    await isGooglesState();
  });

  it('a SIGTERM while a page is being committed waits for it, and nobody is told that the process is ready', async () => {
    const first = await start();
    const blocker = new pg.Client({ connectionString: database.url });
    await blocker.connect();
    try {
      await fault(3, { kind: 'delay', ms: 1_500 });
      await beginSync(first);
      await pagesStored(2);
      await blocker.query(`select pg_advisory_lock(${APPEND_LOCK})`);
      await pageStandsBeforeItsCommit();
      first.signal('SIGTERM');
      await waitFor(() => first.output().includes('"stopping"'), { what: 'the service to hear it' });
      expect(await first.call('GET', '/health/ready')).toMatchObject({
        status: 503,
        body: { code: 'service-stopping' },
      });
      expect((await first.call('GET', '/health/live')).status).toBe(200);
    } finally {
      await blocker.end();
    }

    expect([0, 'SIGTERM']).toContain(await first.ended);

    expect(await runs()).toMatchObject([{ state: 'running', pages: 3 }]);
    await start();
    await over();
    // The page behind the one that was being committed may have been on its way.
    expect((await pagesAsked()).join(' ')).toMatch(/^1 2 3 (4 )?4 5$/);
    await isGooglesState();
  });

  it('a SIGTERM in the middle of a dry run gives its lease back too', async () => {
    const first = await start();
    await fault(2, { kind: 'hang' });
    const rehearsal = first.call('POST', '/api/sync/full?dryRun=true').catch(() => null);
    await waitFor(async () => (await pagesAsked()).includes(2), { what: 'page 2 to be asked for' });

    first.signal('SIGTERM');

    await rehearsal;
    expect([0, 'SIGTERM']).toContain(await first.ended);
    expect(
      await sql(database, `select 1 from leases where name like 'account %' and expires_at > now()`),
    ).toEqual([]);
    expect(await runs()).toEqual([]);
  });
});
