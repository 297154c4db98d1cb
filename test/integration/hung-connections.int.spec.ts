import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type MikroORM } from '@mikro-orm/postgresql';
import { boundSql, connectDatabase, isPassing, limitStatements, Notifications } from '#platform';
import { syncEntities } from '#sync';

import { silentLog } from '../support/contact-feed-recording-log.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { sql } from '../support/sql.js';
import { StallingWire } from '../support/stalling-wire.js';
import { waitFor } from '../support/wait-for.js';

/** More than the pool has places. */
const TIMES = 12;

const LIMIT_MS = 200;

let database: TestDatabase;
let wire: StallingWire;
let orm: MikroORM;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  wire = await StallingWire.to(database.url);
  orm = await connectDatabase(wire.url, { entities: syncEntities, migrations: [] });
});
afterEach(async () => {
  await orm.close();
  await wire.close();
});

const failureOf = (work: () => Promise<unknown>): Promise<unknown> =>
  work().then(
    () => null,
    (error: unknown) => error,
  );

describe('A statement that takes longer than it may', () => {
  const tooSlow = () =>
    failureOf(() => limitStatements(LIMIT_MS, () => boundSql(orm.em.fork(), `select pg_sleep(60)`)));

  it('is given up as a failure that passes, and costs the pool no place', async () => {
    for (let time = 0; time < TIMES; time += 1) expect(isPassing(await tooSlow())).toBe(true);

    expect(await boundSql(orm.em.fork(), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('is ended in the database too', async () => {
    await tooSlow();

    await waitFor(
      async () =>
        (
          await sql(
            database,
            `select from pg_stat_activity where query like 'select pg_sleep%' and state = 'active'`,
          )
        ).length === 0,
      { what: 'the statement to end' },
    );
  });

  it('takes its transaction with it', async () => {
    await boundSql(orm.em.fork(), 'create table if not exists taken (id int)');
    const failure = await failureOf(() =>
      limitStatements(LIMIT_MS, () =>
        orm.em.fork().transactional(async (tx) => {
          await boundSql(tx, 'insert into taken values (1)');
          await boundSql(tx, 'select pg_sleep(60)');
        }),
      ),
    );

    expect(isPassing(failure)).toBe(true);
    expect(await boundSql(orm.em.fork(), 'select id from taken')).toEqual([]);
  });
});

describe('A connection that stands still', () => {
  it('is left behind at its next statement, and a new one takes its place', async () => {
    const em = orm.em.fork();
    expect(await boundSql(em, 'select 1 as one')).toEqual([{ one: 1 }]);
    wire.stall();

    const failure = await failureOf(() => limitStatements(LIMIT_MS, () => boundSql(em, 'select 1 as one')));

    expect(isPassing(failure)).toBe(true);
    expect(await boundSql(em, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('is noticed where nothing but notifications is waited for', async () => {
    const notifications = new Notifications(wire.url, silentLog, { heartbeatMs: 50, answerMs: LIMIT_MS });
    const woken: string[] = [];
    notifications.subscribe('contactstream_runs', (payload) => woken.push(payload));
    await notifications.start();
    try {
      wire.stall();

      await waitFor(() => woken.includes(''), { what: 'everybody to be woken, because hints may be lost' });
      await sql(database, `select pg_notify('contactstream_runs', 'heard')`);
      await waitFor(() => woken.includes('heard'), { what: 'a notification over the new connection' });
    } finally {
      await notifications.stop();
    }
  });
});

describe('A transaction', () => {
  it('may stand idle for ten seconds, and what is set for it ends with it', async () => {
    const shown = (em = orm.em.fork()) =>
      boundSql(em, `select current_setting('idle_in_transaction_session_timeout') as value`);

    expect(await orm.em.fork().transactional((tx) => shown(tx))).toEqual([{ value: '10s' }]);
    expect(await shown()).toEqual([{ value: '0' }]);
  });
});
