import { randomUUID } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { BenchDatabase } from '../../bench/stage/bench-database.js';
import { ScheduleWatch } from '../../bench/stage/schedule-watch.js';
import { createMigratedDatabase } from '../support/migrated-database.js';

/** In seconds from now. */
interface Times {
  readonly starts: number;
  readonly ends: number | null;
}

describe('What the benchmark sees of a schedule', () => {
  let database: BenchDatabase;
  let watch: ScheduleWatch;
  let account: string;
  beforeEach(async () => {
    const migrated = await createMigratedDatabase();
    database = await BenchDatabase.connect(migrated.name, migrated.url, () => migrated.drop());
    account = await database.connectAccount({ name: 'one', persons: 1, refreshToken: 'token' });
    await database.query(
      `insert into sync_lists (account_id, list, epoch, next_sync_at)
       values ($1, 'contacts', 1, now() - make_interval(secs => 5))`,
      [account],
    );
    await database.query(
      `insert into leases (name, fencing_token, expires_at) values ('account ' || $1, 0, now())`,
      [account],
    );
    watch = await ScheduleWatch.start(database);
  });
  afterEach(() => database.drop());

  const run = ({ starts, ends }: Times) =>
    database.query(
      `insert into sync_runs (id, account_id, list, requested_mode, mode, trigger, state, statistics, absences, queued_at,
         started_at, finished_at)
       values ($1, $2, 'contacts', 'auto', 'incremental', 'scheduled', $5, '{"total_fetched":1}', '{}',
         clock_timestamp(), clock_timestamp() + make_interval(secs => $3),
         clock_timestamp() + make_interval(secs => $4))`,
      [randomUUID(), account, starts, ends, ends === null ? 'running' : 'succeeded'],
    );
  const claim = () =>
    database.query(`update sync_lists set next_sync_at = now() + interval '1 hour' where account_id = $1`, [
      account,
    ]);
  const take = (owner: string) =>
    database.query(
      `update leases set owner = $2, fencing_token = fencing_token + 1, expires_at = now() + interval '30 s'
       where name = 'account ' || $1`,
      [account, owner],
    );

  it('is how late a run began', async () => {
    await claim();
    await run({ starts: 2, ends: 3 });
    const [late, ...others] = await watch.runs();
    expect(others).toEqual([]);
    expect(late).toMatchObject({ accountId: account, foundSomething: true });
    expect(late?.lateness).toBeCloseTo(7, 0);
  });

  it('is a time that was claimed and led to no run', async () => {
    await claim();
    expect(await watch.lostDues(0)).toBe(1);
  });

  it('is none that was claimed while a run went on', async () => {
    await run({ starts: 0, ends: 60 });
    await claim();
    expect(await watch.lostDues(0)).toBe(0);
  });

  it('are runs of an account that overlap, and none that follow each other', async () => {
    await run({ starts: 0, ends: 2 });
    await run({ starts: 2, ends: 3 });
    expect(await watch.doubleRuns()).toBe(0);
    await run({ starts: 1, ends: 5 });
    expect(await watch.doubleRuns()).toBeGreaterThan(0);
  });

  it('is a run that was taken from a process that lives', async () => {
    await take('host:1');
    await take('host:2');
    expect(await watch.doubleRuns()).toBe(1);
    expect(await watch.orphans()).toEqual([]);
  });

  it('is how long the run of a killed process waited for another one', async () => {
    await take('host:1');
    await watch.killed(1);
    await take('host:2');
    expect(await watch.doubleRuns()).toBe(0);
    expect(await watch.orphans()).toHaveLength(1);
  });

  it('are accounts on which nobody works', async () => {
    expect(await watch.forgotten(60)).toBe(0);
    expect(await watch.forgotten(0)).toBe(1);
    // Begun, and left: nobody holds the lease.
    await run({ starts: 0, ends: null });
    expect(await watch.forgotten(0)).toBe(1);
    await database.query('update accounts set paused = true');
    expect(await watch.forgotten(0)).toBe(0);
  });
});
