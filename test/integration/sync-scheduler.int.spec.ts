import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type MikroORM } from '@mikro-orm/postgresql';
import { databaseParts } from '#database';
import { connectDatabase, migrate, Notifications } from '#platform';
import { fullIntervalOf, RunQueue, SyncScheduler } from '#sync';
import pg from 'pg';
import { pino } from 'pino';

import { silentLog } from '../support/contact-feed-recording-log.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { sql } from '../support/sql.js';

const MINUTES = 60_000;
const HOURS = 60 * MINUTES;
const SYNC_INTERVAL = 15 * MINUTES;
const FULL_SYNC_INTERVAL = 24 * HOURS;

/** An account as far as its schedule goes: connected for long, and due since a minute ago, unless told. */
interface ScheduledAccount {
  readonly id?: string;
  readonly state?: 'connected' | 'needs-reauth' | 'disconnected' | 'erasing';
  readonly paused?: boolean;
  readonly connectedMsAgo?: number;
  /** null: its list was never synced, so that nothing is known of it. */
  readonly dueInMs?: number | null;
  readonly ownIntervalMs?: number;
  /** Left out: no sync ever changed anything. */
  readonly changedMsAgo?: number;
  /** Left out: it never had a full sync. */
  readonly fullSyncMsAgo?: number;
}

const fromNow = (parameter: string) => `now() + make_interval(secs => ${parameter}::float8 / 1000)`;

/** @returns its id */
async function connect(database: TestDatabase, account: ScheduledAccount = {}): Promise<string> {
  const { id = randomUUID(), dueInMs = -MINUTES, fullSyncMsAgo, changedMsAgo } = account;
  await sql(
    database,
    `insert into accounts (id, name, state, paused, connected_at, sync_interval_ms)
     values ($1::uuid, $1::text, $2, $3, ${fromNow('$4')}, $5)`,
    [
      id,
      account.state ?? 'connected',
      account.paused ?? false,
      -(account.connectedMsAgo ?? 1_000 * HOURS),
      account.ownIntervalMs,
    ],
  );
  if (dueInMs === null) return id;
  await sql(
    database,
    `insert into sync_lists (account_id, list, epoch, next_sync_at, full_synced_at, changed_at)
     values ($1, 'contacts', 1, ${fromNow('$2')}, ${fromNow('$3')}, ${fromNow('$4')})`,
    [
      id,
      dueInMs,
      fullSyncMsAgo === undefined ? null : -fullSyncMsAgo,
      changedMsAgo === undefined ? null : -changedMsAgo,
    ],
  );
  return id;
}

/** How long until its next sync, in ms; below zero: it is due; NaN: nobody knows. */
async function dueInMs(database: TestDatabase, id: string): Promise<number> {
  const [row] = await sql<{ ms: number | null }>(
    database,
    `select extract(epoch from next_sync_at - now())::float8 * 1000 as ms from sync_lists where account_id = $1`,
    [id],
  );
  return row?.ms ?? NaN;
}

/** As another scheduler: takes a due account in hand. @returns ends that */
async function takeInHand(
  database: TestDatabase,
  id: string,
  end: 'commit' | 'rollback',
): Promise<() => Promise<void>> {
  const other = new pg.Client({ connectionString: database.url });
  await other.connect();
  await other.query('begin');
  await other.query(`update sync_lists set next_sync_at = ${fromNow('$2')} where account_id = $1`, [
    id,
    SYNC_INTERVAL,
  ]);
  return async () => {
    await other.query(end);
    await other.end();
  };
}

describe('The scheduler of syncs', () => {
  let database: TestDatabase;
  /** Two, so that two schedulers share no connection. */
  let orms: [MikroORM, MikroORM];
  const said: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => said.push(line) });

  beforeAll(async () => {
    database = await createTestDatabase();
    orms = [
      await connectDatabase(database.url, databaseParts),
      await connectDatabase(database.url, databaseParts),
    ];
    await migrate(orms[0], database.url);
  });
  afterAll(async () => {
    await Promise.all(orms.map((orm) => orm.close()));
    await database.drop();
  });
  beforeEach(async () => {
    await sql(database, 'truncate accounts cascade');
    said.splice(0);
  });

  const queueOf = ({ em }: MikroORM) => new RunQueue(em, new Notifications(database.url, silentLog));
  const scheduler = (intervalMs: number | null = SYNC_INTERVAL, orm = orms[0], longestMs = intervalMs) =>
    new SyncScheduler(
      orm.em,
      queueOf(orm),
      { intervalMs, longestMs, fullIntervalMs: FULL_SYNC_INTERVAL, byCron: false },
      log,
    );
  /** A date of SYNC_CRON has come. */
  const comesByCron = async (): Promise<void> => {
    const times = {
      intervalMs: SYNC_INTERVAL,
      longestMs: SYNC_INTERVAL,
      fullIntervalMs: FULL_SYNC_INTERVAL,
      byCron: true,
    };
    const byCron = new SyncScheduler(orms[0].em, queueOf(orms[0]), times, log);
    await byCron.makeAllDue();
    await byCron.queueDue();
  };
  const connected = (account?: ScheduledAccount) => connect(database, account);
  const runsOf = (id: string): Promise<{ requested_mode: string; trigger: string; state: string }[]> =>
    sql(database, 'select requested_mode, trigger, state from sync_runs where account_id = $1', [id]);
  /** How many accounts have how many runs. */
  const runsAnAccount = async (): Promise<Record<string, number>> => {
    const rows = await sql<{ runs: string; accounts: number }>(
      database,
      `select runs, count(*)::int as accounts from (
         select count(run.id) as runs from accounts a left join sync_runs run on run.account_id = a.id group by a.id
       ) as counted group by runs`,
    );
    return Object.fromEntries(rows.map(({ runs, accounts }) => [runs, accounts]));
  };
  const AUTO = { requested_mode: 'auto', trigger: 'scheduled', state: 'queued' };
  const FULL = { ...AUTO, requested_mode: 'full' };
  const isAbout = async (id: string, ms: number): Promise<void> => {
    const left = await dueInMs(database, id);
    expect(left).toBeGreaterThan(ms - MINUTES - Math.abs(ms) * 0.05);
    expect(left).toBeLessThanOrEqual(ms);
  };

  describe('by interval', () => {
    it('queues a run of an account whose time has come, and the next is an interval away', async () => {
      const id = await connected();
      await scheduler().queueDue();
      expect(await runsOf(id)).toEqual([AUTO]);
      await isAbout(id, SYNC_INTERVAL);
    });

    it('queues none before the time has come', async () => {
      const id = await connected({ dueInMs: MINUTES });
      await scheduler().queueDue();
      expect(await runsOf(id)).toEqual([]);
      await isAbout(id, MINUTES);
    });

    it('queues one run of each account, however many processes look', async () => {
      for (let made = 0; made < 40; made += 1) await connected();
      const [one, other] = [scheduler(SYNC_INTERVAL, orms[0]), scheduler(SYNC_INTERVAL, orms[1])];
      await Promise.all([one.queueDue(), other.queueDue(), one.queueDue(), other.queueDue()]);
      expect(await runsAnAccount()).toEqual({ 1: 40 });
      // Neither tried to queue one that the other had queued.
      expect(said).toEqual([]);
    });

    it('leaves an account to the process that has it in hand', async () => {
      const [inHand, free] = [await connected(), await connected()];
      const letGo = await takeInHand(database, inHand, 'commit');
      await scheduler().queueDue();
      expect(await runsOf(free)).toEqual([AUTO]);
      await letGo();
      await scheduler().queueDue();
      expect(await runsOf(inHand)).toEqual([]);
    });

    it('takes an account over from a process that came to nothing', async () => {
      const id = await connected();
      const letGo = await takeInHand(database, id, 'rollback');
      await scheduler().queueDue();
      expect(await runsOf(id)).toEqual([]);
      await letGo();
      await scheduler().queueDue();
      expect(await runsOf(id)).toEqual([AUTO]);
    });

    it('leaves an account due whose run could not be queued', async () => {
      const id = await connected();
      await sql(
        database,
        `alter table sync_runs add constraint none_for_now check (state <> 'queued') not valid`,
      );
      await expect(scheduler().queueDue()).rejects.toThrow('none_for_now');
      expect(await dueInMs(database, id)).toBeLessThan(0);
      await sql(database, 'alter table sync_runs drop constraint none_for_now');
      await scheduler().queueDue();
      expect(await runsOf(id)).toEqual([AUTO]);
    });

    it('leaves an account due that somebody changes, and keeps nobody waiting for it', async () => {
      const [changed, free] = [await connected(), await connected()];
      const other = new pg.Client({ connectionString: database.url });
      await other.connect();
      await other.query('begin');
      await other.query('select from accounts where id = $1 for update', [changed]);
      await scheduler().queueDue();
      expect(await runsOf(changed)).toEqual([]);
      expect(await runsOf(free)).toEqual([AUTO]);
      await other.end();
      await scheduler().queueDue();
      expect(await runsOf(changed)).toEqual([AUTO]);
    });

    it('queues the first run of an account an interval after it was connected', async () => {
      const [due, early] = [
        await connected({ dueInMs: null, connectedMsAgo: SYNC_INTERVAL + 1_000 }),
        await connected({ dueInMs: null, connectedMsAgo: SYNC_INTERVAL - MINUTES }),
      ];
      await scheduler().queueDue();
      expect(await runsOf(due)).toEqual([AUTO]);
      await isAbout(due, SYNC_INTERVAL);
      expect(await runsOf(early)).toEqual([]);
    });

    it('queues no run within an interval after an account was connected again', async () => {
      const id = await connected({ connectedMsAgo: MINUTES });
      await scheduler().queueDue();
      expect(await runsOf(id)).toEqual([]);
    });

    it('takes the interval of an account in place of the general one', async () => {
      const [often, seldom] = [
        await connected({ ownIntervalMs: 5 * MINUTES }),
        await connected({ ownIntervalMs: 48 * HOURS }),
      ];
      await scheduler().queueDue();
      expect(await runsAnAccount()).toEqual({ 1: 2 });
      await isAbout(often, 5 * MINUTES);
      await isAbout(seldom, 48 * HOURS);
    });

    it('queues none when it is off, but for accounts with an interval of their own', async () => {
      const [without, own] = [await connected(), await connected({ ownIntervalMs: 2 * HOURS })];
      await scheduler(null).queueDue();
      expect(await runsOf(without)).toEqual([]);
      await isAbout(without, -MINUTES + 1_000);
      expect(await runsOf(own)).toEqual([AUTO]);
      await isAbout(own, 2 * HOURS);
    });
  });

  describe('by an interval that may grow to SYNC_INTERVAL_MAX', () => {
    const LONGEST = 3 * HOURS;
    const growing = () => scheduler(SYNC_INTERVAL, orms[0], LONGEST);

    it('waits a tenth of the time for which an account has not changed, and no longer than that', async () => {
      const [busy, quiet, silent, never] = [
        await connected({ changedMsAgo: HOURS }),
        await connected({ changedMsAgo: 20 * HOURS }),
        await connected({ changedMsAgo: 900 * HOURS }),
        await connected(),
      ];
      await growing().queueDue();
      await isAbout(busy, SYNC_INTERVAL);
      await isAbout(quiet, 2 * HOURS + 1_000);
      await isAbout(silent, LONGEST);
      await isAbout(never, LONGEST);
    });

    it('counts an account that was connected anew as one that changed', async () => {
      const id = await connected({ connectedMsAgo: HOURS, changedMsAgo: 900 * HOURS });
      await growing().queueDue();
      await isAbout(id, SYNC_INTERVAL);
    });

    it('goes back to SYNC_INTERVAL once an account has changed, before the time that was set', async () => {
      const [changed, quiet, failed] = [
        await connected({ dueInMs: 2 * HOURS, changedMsAgo: MINUTES }),
        await connected({ dueInMs: 2 * HOURS, changedMsAgo: 900 * HOURS }),
        await connected({ dueInMs: 2 * HOURS, changedMsAgo: MINUTES }),
      ];
      await sql(database, 'update sync_lists set failures = 1 where account_id = $1', [failed]);
      await growing().queueDue();
      expect(await dueInMs(database, changed)).toBeLessThanOrEqual(SYNC_INTERVAL);
      await isAbout(quiet, 2 * HOURS);
      await isAbout(failed, 2 * HOURS);
    });

    it('leaves accounts with an interval of their own to it, and schedules none where there is no interval', async () => {
      const [own, none] = [
        await connected({ ownIntervalMs: HOURS, changedMsAgo: 900 * HOURS }),
        await connected({ changedMsAgo: 900 * HOURS }),
      ];
      await scheduler(null, orms[0], LONGEST).queueDue();
      await isAbout(own, HOURS);
      expect(await runsOf(none)).toEqual([]);
    });
  });

  describe('with many accounts', () => {
    it('fills the queue only so far, the longest due first, and further as it is worked off', async () => {
      await sql(
        database,
        `with account as (
           insert into accounts (id, name, state, connected_at)
           select gen_random_uuid(), number::text, 'connected', now() - interval '1000 h'
           from generate_series(1, 400) as number returning id, name::int as number
         )
         insert into sync_lists (account_id, list, epoch, next_sync_at)
         select id, 'contacts', 1, now() - make_interval(mins => number) from account`,
      );
      await scheduler().queueDue();
      const [queued] = await sql<{ count: number; youngest: number }>(
        database,
        `select count(*)::int as count, min(name::int) as youngest
         from sync_runs join accounts on accounts.id = account_id`,
      );
      expect(queued).toEqual({ count: 256, youngest: 400 - 256 + 1 });
      await scheduler().queueDue();
      expect(await runsAnAccount()).toEqual({ 0: 144, 1: 256 });
      await sql(database, `update sync_runs set state = 'succeeded', finished_at = now()`);
      await scheduler().queueDue();
      expect(await runsAnAccount()).toEqual({ 1: 400 });
      const [next] = await sql<{ first: number; last: number }>(
        database,
        `select extract(epoch from min(next_sync_at) - now())::float8 * 1000 as first,
           extract(epoch from max(next_sync_at) - now())::float8 * 1000 as last from sync_lists`,
      );
      // They were due together, and drift apart.
      expect((next?.last ?? 0) - (next?.first ?? 0)).toBeGreaterThan(SYNC_INTERVAL * 0.04);
    });

    it('asks again within an interval for what a clock that was put back had set', async () => {
      const [ahead, failed] = [
        await connected({ dueInMs: SYNC_INTERVAL + HOURS }),
        await connected({ dueInMs: SYNC_INTERVAL + HOURS }),
      ];
      await sql(database, 'update sync_lists set failures = 1 where account_id = $1', [failed]);
      await scheduler().queueDue();
      expect(await dueInMs(database, ahead)).toBeLessThanOrEqual(SYNC_INTERVAL);
      await isAbout(failed, SYNC_INTERVAL + HOURS);
    });
  });

  describe('by SYNC_CRON', () => {
    it('queues a run of every account, whether its time has come or not, and then none until the next date', async () => {
      const accounts = [
        await connected(),
        await connected({ dueInMs: 7 * HOURS }),
        await connected({ dueInMs: null }),
      ];
      await comesByCron();
      for (const id of accounts) {
        expect(await runsOf(id)).toEqual([AUTO]);
        expect(await dueInMs(database, id)).toBeNaN();
      }
    });

    it('forgets times to come that an interval had set, and keeps what is due', async () => {
      const [due, later] = [await connected(), await connected({ dueInMs: HOURS })];
      const times = { intervalMs: null, longestMs: null, fullIntervalMs: FULL_SYNC_INTERVAL, byCron: true };
      await new SyncScheduler(orms[0].em, queueOf(orms[0]), times, log).queueDue();
      expect(await runsOf(due)).toEqual([AUTO]);
      expect(await runsOf(later)).toEqual([]);
      expect(await dueInMs(database, later)).toBeNaN();
    });
  });

  describe.each(['interval', 'SYNC_CRON'] as const)('whichever way (%s)', (way) => {
    const timeComes = (): Promise<void> => (way === 'interval' ? scheduler().queueDue() : comesByCron());

    it.each([
      ['paused', { paused: true }],
      ['in need of a sign-in', { state: 'needs-reauth' }],
      ['disconnected', { state: 'disconnected' }],
      ['being erased', { state: 'erasing' }],
    ] as const)('queues no run of an account that is %s', async (_, account) => {
      const [id, other] = [await connected(account), await connected()];
      await timeComes();
      expect(await runsOf(id)).toEqual([]);
      expect(await runsOf(other)).toEqual([AUTO]);
    });

    it('asks for a full sync once FULL_SYNC_INTERVAL has passed since the last one', async () => {
      const [old, fresh] = [
        await connected({ fullSyncMsAgo: FULL_SYNC_INTERVAL + 1_000 }),
        await connected({ fullSyncMsAgo: 0.9 * FULL_SYNC_INTERVAL - MINUTES }),
      ];
      await timeComes();
      expect(await runsOf(old)).toEqual([FULL]);
      expect(await runsOf(fresh)).toEqual([AUTO]);
    });

    it('spreads the full syncs of accounts that had their last one together', async () => {
      const [early, half, late] = ['ffffffff', '80000000', '00000000'].map((share) =>
        randomUUID().replace(/.{8}$/, share),
      );
      const after = (id = '', ms = 0) =>
        connected({ id, fullSyncMsAgo: fullIntervalOf(id, FULL_SYNC_INTERVAL) + ms });
      const times = [early, half, late].map((id = '') => fullIntervalOf(id, FULL_SYNC_INTERVAL) / HOURS);
      expect(times).toEqual([expect.closeTo(21.6), expect.closeTo(22.8), 24]);
      await after(early, MINUTES);
      await after(half, -MINUTES);
      await after(late, MINUTES);
      await timeComes();
      expect(await runsOf(early ?? '')).toEqual([FULL]);
      expect(await runsOf(half ?? '')).toEqual([AUTO]);
      expect(await runsOf(late ?? '')).toEqual([FULL]);
    });

    it('leaves an account out while a run of it goes on, and goes on with the others', async () => {
      const accounts = [await connected(), await connected(), await connected()];
      const goingOn = accounts[1] ?? '';
      await queueOf(orms[1]).enqueue(goingOn, 'incremental', 'manual');
      await timeComes();
      expect(await runsAnAccount()).toEqual({ 1: 3 });
      expect(await runsOf(goingOn)).toEqual([
        { requested_mode: 'incremental', trigger: 'manual', state: 'queued' },
      ]);
      expect(said.map((line) => (JSON.parse(line) as { accountId: string }).accountId)).toEqual([goingOn]);
    });

    it('queues the next run once the last one is over', async () => {
      const id = await connected();
      await queueOf(orms[0]).enqueue(id, 'auto', 'manual');
      await sql(database, `update sync_runs set state = 'succeeded', finished_at = now()`);
      await timeComes();
      expect(await runsOf(id)).toContainEqual(AUTO);
    });
  });
});
