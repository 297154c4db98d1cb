import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { spawnService, type SpawnedProcess } from '../crash/spawned-process.js';
import { type TestDatabase } from '../support/database.js';
import { createMigratedDatabase } from '../support/migrated-database.js';
import { projection, rebuildIsOver, rebuildReaches, storedRows } from '../support/rebuild.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { startGoogle, type TestGoogle } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

const CONTACTS = 3_500;
/** A rebuild applies 1,000 events a transaction; those that follow wait for this advisory lock. */
const STALLS_BEHIND = 1_000;
const STALL = 42;

describe('A rebuild by real processes', () => {
  let database: TestDatabase;
  let google: TestGoogle;
  let processes: SpawnedProcess[];
  let staller: pg.Client;
  let rows: string[];

  beforeAll(async () => {
    [database, google] = await Promise.all([
      createMigratedDatabase(),
      startGoogle({ persons: CONTACTS, seed: 11 }),
    ]);
    processes = [];
    const first = await start();
    expect((await first.call('POST', '/api/sync')).body.status).toBe('success');
    await stopAll();
    rows = await storedRows(database);
    expect(rows).toHaveLength(CONTACTS);
    await sql(database, 'create table moves (place serial, pid integer, position bigint)');
    await sql(
      database,
      `create function stall() returns trigger language plpgsql as $$
       begin
         if new.projection = 'contacts-rebuild' then
           if new.position > ${STALLS_BEHIND} then perform pg_advisory_xact_lock_shared(${STALL}); end if;
           insert into moves (pid, position) values (pg_backend_pid(), new.position);
         end if;
         return new;
       end $$`,
    );
    await sql(
      database,
      'create trigger stall before insert or update on projection_checkpoints for each row execute function stall()',
    );
  }, 60_000);
  afterAll(() => Promise.all([database.drop(), google.stop()]));

  beforeEach(async () => {
    await sql(database, 'truncate moves restart identity');
    staller = new pg.Client({ connectionString: database.url });
    await staller.connect();
    await staller.query(`select pg_advisory_lock(${STALL})`);
  });
  afterEach(async () => {
    await stopAll();
    await staller.end();
  });

  const start = async (): Promise<SpawnedProcess> => {
    const process = await spawnService({ ...serviceEnvironment(database, google), LOG_LEVEL: 'info' });
    processes.push(process);
    return process;
  };
  const stopAll = async (): Promise<void> => {
    for (const process of processes) process.signal('SIGKILL');
    await Promise.all(processes.map(({ ended }) => ended));
    processes = [];
  };
  const stalled = () =>
    waitFor(
      async () => {
        const [waiting] = await sql<{ pid: number }>(
          database,
          `select pid from pg_locks where locktype = 'advisory' and objid = ${STALL} and not granted`,
        );
        return waiting?.pid;
      },
      { what: 'the rebuild to stand in its second batch' },
    );
  const goOn = () => staller.query(`select pg_advisory_unlock(${STALL})`);
  const moves = async (): Promise<number[]> => {
    const moved = await sql<{ position: string }>(database, 'select position from moves order by place');
    return moved.map(({ position }) => Number(position));
  };
  const begin = async (process: SpawnedProcess): Promise<void> => {
    expect((await process.call('POST', '/api/projections/contacts/rebuild')).status).toBe(202);
  };
  /** Each batch of the log once, and the same rows as before. */
  const isWhole = async (): Promise<void> => {
    expect(await moves()).toEqual([1_000, 2_000, 3_000, 3_500]);
    expect(await storedRows(database)).toEqual(rows);
  };
  const workingProcess = async (): Promise<[SpawnedProcess, SpawnedProcess]> => {
    const [rebuild] = await sql<{ owner: string }>(
      database,
      `select owner from leases where name = 'rebuild contacts'`,
    );
    const [first, second] = processes;
    if (first === undefined || second === undefined) throw new Error('There are no two processes');
    return rebuild?.owner.endsWith(`:${first.pid}`) === true ? [first, second] : [second, first];
  };

  it('is done by one of two processes; when that one is killed, the other goes on where it stood', async () => {
    await start();
    await begin(await start());
    await stalled();
    const [killed, other] = await workingProcess();
    killed.signal('SIGKILL');
    await killed.ended;
    expect(other.output()).not.toContain('the rebuild of the read model');
    await goOn();

    // What time would do in half a minute.
    await sql(database, `update leases set expires_at = clock_timestamp() where name = 'rebuild contacts'`);
    await sql(database, `select pg_notify('contactstream_rebuilds', '')`);

    expect(await rebuildIsOver(other.call)).toMatchObject({ state: 'succeeded', differences: { count: 0 } });
    expect(other.output()).toContain('the rebuild of the read model goes on');
    await isWhole();
  });

  it('a process that was stopped, and has lost the rebuild, changes nothing when it wakes', async () => {
    await start();
    await begin(await start());
    const backend = await stalled();
    const [stopped, other] = await workingProcess();
    stopped.signal('SIGSTOP');
    await goOn();
    // PostgreSQL ends the transaction that does nothing after 10 s; here at once.
    await sql(database, 'select pg_terminate_backend($1)', [backend]);
    await sql(database, `update leases set expires_at = clock_timestamp() where name = 'rebuild contacts'`);
    await sql(database, `select pg_notify('contactstream_rebuilds', '')`);
    expect(await rebuildIsOver(other.call)).toMatchObject({ state: 'succeeded' });

    stopped.signal('SIGCONT');

    expect((await projection(stopped.call)).rebuild).toBeNull();
    expect((await stopped.call('POST', '/api/verify')).body).toMatchObject({ ok: true, rows: CONTACTS });
    await isWhole();
  });

  it('goes on by itself when its connection is cut', async () => {
    const only = await start();
    await begin(only);
    const backend = await stalled();
    await goOn();
    await sql(database, 'select pg_terminate_backend($1)', [backend]);

    expect(await rebuildIsOver(only.call)).toMatchObject({ state: 'succeeded' });
    await isWhole();
  });

  it('ends its longest statement at a SIGTERM, and is finished by the next process', async () => {
    const first = await start();
    await begin(first);
    await stalled();
    const holder = new pg.Client({ connectionString: database.url });
    await holder.connect();
    try {
      await holder.query('begin');
      await holder.query('lock table contacts_rebuild in row exclusive mode');
      await goOn();
      await rebuildReaches(first.call, 'indexing');
      const asked = performance.now();
      first.signal('SIGTERM');
      expect([0, 'SIGTERM']).toContain(await first.ended);
      expect(performance.now() - asked).toBeLessThan(10_000);
      expect(
        await sql(
          database,
          `select 1 from pg_stat_activity where datname = current_database()
         and query like 'lock table contacts_rebuild%' and wait_event_type = 'Lock'`,
        ),
      ).toEqual([]);
    } finally {
      await holder.end();
    }

    expect(await rebuildIsOver((await start()).call)).toMatchObject({ state: 'succeeded' });
    await isWhole();
  });
});
