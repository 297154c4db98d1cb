import { setTimeout as delay } from 'node:timers/promises';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  acquireLease,
  boundSql,
  type Change,
  changeUnderLease,
  fenceEverybodyOut,
  holdLease,
  isFree,
  type Lease,
  LeaseLost,
  leasesToPrepare,
  leasesToRelease,
  releaseLease,
  renewLease,
  retakeLease,
  taking,
} from '#platform';
import pg from 'pg';

import { silentLog } from '../support/contact-feed-recording-log.js';
import { createLogDatabase, type LogDatabase } from '../support/contact-feed-log.js';
import { waitFor } from '../support/wait-for.js';

describe('A lease', () => {
  let logDatabase: LogDatabase;
  beforeAll(async () => {
    logDatabase = await createLogDatabase();
    await sql('create table notes (id int primary key, text text)');
    await sql('create sequence numbers');
  });
  afterAll(() => logDatabase.close());
  beforeEach(async () => {
    await sql('truncate leases, notes');
    await sql(`insert into notes values (1, 'first')`);
  });

  const em = () => logDatabase.em.fork();
  const sql = <Row = Record<string, unknown>>(text: string, parameters: readonly unknown[] = []) =>
    boundSql<Row>(em(), text, parameters);
  const acquire = async (owner: string, isOwnAgain = false): Promise<Lease | null> =>
    acquireLease(em(), 'work', owner, { isOwnAgain });
  const acquired = async (owner: string): Promise<Lease> => {
    const lease = await acquire(owner);
    if (lease === null) throw new Error(`${owner} got no lease`);
    return lease;
  };
  const runOut = () => sql('update leases set expires_at = clock_timestamp()');
  const note = (text: string): Change => ({
    sql: `update notes set text = $1 where id = 1`,
    parameters: [text],
  });
  const noted = async () => (await sql<{ text: string }>('select text from notes'))[0]?.text;
  /** A lock on its row by somebody else, as a statement under it has while it is carried out. */
  const lockedWhile = async (work: (free: () => Promise<unknown>) => Promise<void>): Promise<void> => {
    const other = new pg.Client({ connectionString: logDatabase.database.url });
    await other.connect();
    try {
      await other.query('begin');
      await other.query('select 1 from leases for update');
      await work(() => other.query('commit'));
    } finally {
      await other.end();
    }
  };
  const waits = (what: string, count = 1) =>
    waitFor(
      async () =>
        (
          await sql(
            `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
          )
        ).length >= count,
      { what },
    );

  it('is for one at a time, and for the next once it has run out; its token rises with each', async () => {
    const first = await acquired('one');
    expect(await acquire('two')).toBeNull();
    expect(await acquire('one')).toBeNull();

    await runOut();

    const second = await acquired('two');
    expect([first, second].map(({ fencingToken }) => fencingToken)).toEqual(['1', '2']);
    expect(await acquire('one')).toBeNull();
  });

  it('is taken again by an owner whose name is its own', async () => {
    const lease = await acquired('one');

    const again = await acquire('one', true);

    expect(again?.fencingToken).toBe('2');
    expect(await acquire('two', true)).toBeNull();
    await expect(renewLease(em(), lease)).rejects.toThrow(LeaseLost);
  });

  it('is held on by renewal, and free at once when it is released, which tells whoever waits', async () => {
    const lease = await acquired('one');
    await runOut();
    await renewLease(em(), lease);
    expect(await acquire('two')).toBeNull();

    const listener = new pg.Client({ connectionString: logDatabase.database.url });
    await listener.connect();
    const told: string[] = [];
    listener.on('notification', ({ payload }) => told.push(payload ?? ''));
    await listener.query('listen contactstream_work');
    const notices = [{ channel: 'contactstream_work', payload: 'free' }];
    await releaseLease(em(), lease, notices);
    await releaseLease(em(), lease, notices);
    await waitFor(() => told.length > 0, { what: 'the notice' });
    await listener.end();

    expect(told).toEqual(['free']);
    expect(await acquired('two')).toMatchObject({ fencingToken: '2' });
  });

  it('that is lost writes nothing, and releases nothing of its successor', async () => {
    const stale = await acquired('one');
    await runOut();
    const current = await acquired('two');

    await expect(changeUnderLease(em(), stale, [note('stale')])).rejects.toThrow(
      'The lease "work" was released, or another process has taken it over',
    );
    await expect(renewLease(em(), stale)).rejects.toThrow(LeaseLost);
    await expect(retakeLease(em(), stale)).rejects.toThrow(LeaseLost);
    await releaseLease(em(), stale);

    expect(await noted()).toBe('first');
    expect(await acquire('three')).toBeNull();
    await changeUnderLease(em(), current, [note('current')]);
    expect(await noted()).toBe('current');
  });

  it('that is released is renewed by no statement that comes late', async () => {
    const lease = await acquired('one');
    await releaseLease(em(), lease);
    await expect(renewLease(em(), lease)).rejects.toThrow(LeaseLost);
    await expect(changeUnderLease(em(), lease, [note('late')])).rejects.toThrow(LeaseLost);
    expect(await acquire('two')).not.toBeNull();
  });

  it('is checked before a statement under it makes its first change', async () => {
    const stale = await acquired('one');
    await sql('select setval($1::regclass, 1, false)', ['numbers']);
    await runOut();
    await acquired('two');
    const draw = { sql: `insert into notes select nextval('numbers') + 100, 'drawn'`, parameters: [] };

    await expect(changeUnderLease(em(), stale, [draw, note('stale')])).rejects.toThrow(LeaseLost);

    // What a sequence gave is never taken back.
    expect(await sql('select is_called from numbers')).toEqual([{ is_called: false }]);
  });

  it('can be released by the statement whose check has locked it', async () => {
    const lease = await acquired('one');
    await changeUnderLease(em(), lease, [note('last'), leasesToRelease([lease])]);
    expect(await noted()).toBe('last');
    expect(await acquired('two')).toMatchObject({ fencingToken: '2' });
  });

  it('that is taken over while a statement under it waits keeps that statement from writing', async () => {
    const lease = await acquired('one');
    const other = new pg.Client({ connectionString: logDatabase.database.url });
    await other.connect();
    try {
      await other.query('begin');
      await other.query('update leases set fencing_token = fencing_token + 1');
      const writing = changeUnderLease(em(), lease, [note('stale'), leasesToRelease([lease])]);
      const refused = expect(writing).rejects.toThrow(LeaseLost);
      await waits('the statement to wait for the lease');
      await other.query('commit');
      await refused;
    } finally {
      await other.end();
    }
    expect(await noted()).toBe('first');
    expect(await acquire('two')).toBeNull();
  });

  it('is not taken over before the statement under it is committed', async () => {
    await acquired('one');
    await runOut();
    await lockedWhile(async (free) => {
      const taking = acquire('two');
      await waits('the takeover to wait for the lease');
      await free();
      expect(await taking).not.toBeNull();
    });
    await runOut();
    await lockedWhile(async () => {
      const asked = performance.now();
      expect(await acquire('three')).toBeNull();
      expect(performance.now() - asked).toBeLessThan(10_000);
    });
  });

  it('is passed over, not waited for, by whoever looks for any that is free', async () => {
    for (const name of ['one', 'two', 'two']) {
      const { sql: text, parameters } = leasesToPrepare([name]);
      await sql(text, parameters);
    }
    const takeAny = async () =>
      sql<{ name: string; fencing_token: string }>(
        `with free as (
           select name from leases lease where ${isFree('lease')} order by name limit 1 for update skip locked
         )
         update leases set ${taking('$1', '$2')} from free where leases.name = free.name
         returning leases.name, fencing_token`,
        ['anyone', 30],
      );
    await lockedWhile(async () => {
      expect(await takeAny()).toEqual([]);
    });
    expect([...(await takeAny()), ...(await takeAny()), ...(await takeAny())]).toEqual([
      { name: 'one', fencing_token: '1' },
      { name: 'two', fencing_token: '1' },
    ]);
  });

  it('is taken again after a lost connection: what was sent over that one comes too late', async () => {
    const lease = await acquired('one');
    const sent = { ...lease };
    await retakeLease(em(), lease);
    await expect(changeUnderLease(em(), sent, [note('late')])).rejects.toThrow(LeaseLost);
    await changeUnderLease(em(), lease, [note('current')]);
    expect(await noted()).toBe('current');
  });

  it('is renewed while work goes on under it, and released at its end', async () => {
    const lease = { ...(await acquired('one')), durationMs: 300 };
    let renewals = 0;
    const onRenewal = (): Promise<void> => {
      renewals += 1;
      return Promise.resolve();
    };
    await holdLease(logDatabase.em, lease, { log: silentLog, onRenewal }, async (lost) => {
      await runOut();
      await waitFor(() => renewals > 1, { what: 'renewals' });
      expect(lost.aborted).toBe(false);
      expect(await acquire('two')).toBeNull();
    });
    expect(await acquire('two')).not.toBeNull();
  });

  it('tells the work under it when it is lost', async () => {
    const lease = { ...(await acquired('one')), durationMs: 300 };
    const reason = await holdLease(logDatabase.em, lease, { log: silentLog }, async (lost) => {
      await runOut();
      await acquired('two');
      await delay(10_000, undefined, { signal: lost }).catch(() => undefined);
      return lost.reason as unknown;
    });
    expect(reason).toBeInstanceOf(LeaseLost);
    expect(await acquire('three')).toBeNull();
  });

  it('is taken from everybody at once, and held by nobody until that transaction ends', async () => {
    const lease = await acquired('one');
    const other = await acquireLease(em(), 'other work', 'two');
    if (other === null) throw new Error('There is no other lease');
    const attempts: Promise<unknown>[] = [];
    let isOver = false;
    await em().transactional(async (tx) => {
      await fenceEverybodyOut(tx);
      for (const held of [lease, other])
        attempts.push(expect(changeUnderLease(em(), held, [note('stale')])).rejects.toThrow(LeaseLost));
      attempts.push(
        acquireLease(em(), 'new work', 'three').then(() => {
          expect(isOver).toBe(true);
        }),
      );
      await waits('statements to wait', 3);
      isOver = true;
    });
    await Promise.all(attempts);
    expect(await noted()).toBe('first');
    expect(await acquired('one')).toMatchObject({ fencingToken: '3' });
  });
});
