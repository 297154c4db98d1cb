import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { spawnService, type SpawnedProcess } from '../crash/spawned-process.js';
import { connectAccount } from '../support/connected-account.js';
import { kafkaEnvironment, kafkaSettings } from '../support/contact-feed-kafka.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { describeKafka } from '../support/kafka.js';
import { buildOlderVersion, type OlderVersion } from '../support/older-version.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { startGoogle, type TestGoogle } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

/**
 * The oldest that works beside today's: its migration 0042 took columns away that versions before it write to, so their
 * syncs fail once the schema is of today.
 */
const OLDEST = '411ad9b';

const ACCOUNTS = ['first', 'second', 'third', 'fourth'];
const PERSONS = 60;
const ROLES = ['api', 'api', 'scheduler', 'scheduler,relay,projector', 'relay,projector'];

/** A process behind a load balancer: while it is taken out, it ends what it has begun. */
interface Member {
  readonly process: SpawnedProcess;
  readonly roles: string;
  isIn: boolean;
  calls: number;
}

describeKafka(`Processes that are replaced one by one, from ${OLDEST} to this version`, () => {
  let older: OlderVersion;
  let database: TestDatabase;
  let google: TestGoogle;
  let variables: Record<string, string>;
  let members: Member[] = [];
  const accountIds: string[] = [];
  const refused: string[] = [];
  let answered = 0;
  const over = new AbortController();
  let callers: Promise<unknown>;

  beforeAll(async () => {
    older = buildOlderVersion(OLDEST);
    const accounts = ACCOUNTS.map((name) => ({ name, persons: PERSONS }));
    [database, google] = await Promise.all([createTestDatabase(), startGoogle({ accounts })]);
    variables = {
      ...serviceEnvironment(database, google),
      ...kafkaEnvironment(kafkaSettings()),
      GOOGLE_REFRESH_TOKEN: '',
      SYNC_INTERVAL: '1s',
      SYNC_PAGE_SIZE: '10',
      LOG_LEVEL: 'warn',
    };
    for (const roles of ROLES) await join(roles, older.root);
    for (const key of ACCOUNTS) {
      const id = randomUUID();
      accountIds.push(id);
      await connectAccount(database, { id, key, name: key, email: `${key}@example.com` });
      await google.control('POST', `/control/churn?account=${key}`, { perSecond: 5 });
    }
    callers = Promise.all(CALLS.map((call) => callOnAndOn(call)));
  }, 180_000);
  afterAll(async () => {
    over.abort();
    for (const { process } of members) process.signal('SIGKILL');
    await Promise.all(members.map(({ process }) => process.ended));
    await Promise.all([database.drop(), google.stop()]);
    older.remove();
  });

  const CALLS: readonly (readonly [method: string, path: string, allowed: readonly number[]])[] = [
    ['GET', '/api/contacts?limit=200', []],
    ['GET', '/api/accounts', []],
    ['GET', '/api/sync/status', []],
    ['GET', '/api/events?limit=200', []],
    // Another run of the account may go on.
    ['POST', '/api/sync', [409]],
  ];

  async function join(roles: string, root?: string): Promise<Member> {
    const process = await spawnService({ ...variables, ROLES: roles }, [], root);
    const member = { process, roles, isIn: true, calls: 0 };
    members.push(member);
    return member;
  }

  /** As a load balancer does it: first nobody new is sent there, then what goes on is awaited, then it is stopped. */
  async function leave(member: Member): Promise<void> {
    member.isIn = false;
    await waitFor(() => member.calls === 0, { what: 'the calls of a process to end', timeoutMs: 30_000 });
    member.process.signal('SIGTERM');
    // By itself: it gives its own signal on once it has ended its work; one that does not get there exits with 1.
    expect(await member.process.ended).toBe('SIGTERM');
    members = members.filter((one) => one !== member);
  }

  async function callOnAndOn([method, path, allowed]: (typeof CALLS)[number]): Promise<void> {
    for (let turn = 0; !over.signal.aborted; turn += 1) {
      const open = members.filter(({ isIn, roles }) => isIn && roles === 'api');
      const member = open[turn % open.length];
      if (member === undefined) throw new Error('No process takes calls');
      member.calls += 1;
      try {
        const body = method === 'POST' ? { accountId: accountIds[turn % accountIds.length] } : undefined;
        const { status, body: problem } = await member.process.call(method, path, body);
        answered += 1;
        if (status !== 200 && !allowed.includes(status)) {
          refused.push(`${method} ${path}: ${status} ${JSON.stringify(problem)}`);
        }
      } catch (error) {
        refused.push(`${method} ${path}: ${String(error)}`);
      } finally {
        member.calls -= 1;
      }
      // The load, not a wait.
      await delay(20);
    }
  }

  const runs = (condition: string) =>
    sql<{ state: string; error: string | null; count: number }>(
      database,
      `select state, error_code as error, count(*)::int as count from sync_runs where ${condition} group by 1, 2`,
    );
  /** Each account is synced twice more, on schedule, so that changes of now are seen, too. */
  const goesOn = async (): Promise<void> => {
    const [{ now } = { now: '' }] = await sql<{ now: string }>(
      database,
      'select clock_timestamp()::text as now',
    );
    await waitFor(
      async () => {
        const [synced] = await sql<{ count: number }>(
          database,
          `select count(*)::int as count from (
             select account_id from sync_runs where trigger = 'scheduled' and state = 'succeeded' and queued_at > $1
             group by account_id having count(*) >= 2
           ) account`,
          [now],
        );
        return synced?.count === ACCOUNTS.length;
      },
      { what: 'a sync of every account', timeoutMs: 60_000, everyMs: 200 },
    );
  };
  /** What a group of Kafka says while it is shared out anew passes. */
  const errorsOf = ({ process }: Member): string[] =>
    process
      .output()
      .split('\n')
      .filter((line) => /"level":"(error|fatal)"/.test(line) && !line.includes('"name":"KafkaJS'));

  it('fail no request and lose no sync', async () => {
    await goesOn();
    const old = [...members];
    expect(old).toHaveLength(ROLES.length);
    for (const member of old) {
      await join(member.roles);
      await goesOn();
      expect(old.flatMap(errorsOf)).toEqual([]);
      await leave(member);
      await goesOn();
    }
    for (const key of ACCOUNTS) await google.control('DELETE', `/control/churn?account=${key}`);
    await goesOn();

    over.abort();
    await callers;
    expect(refused).toEqual([]);
    expect(answered).toBeGreaterThan(500);
    expect(members.flatMap(errorsOf)).toEqual([]);
    expect(await runs(`queued_at < now() - interval '30 s' and state <> 'succeeded'`)).toEqual([]);
    expect((await runs('true')).filter(({ state }) => state === 'failed')).toEqual([]);

    const { call } = members.find(({ roles }) => roles === 'api')?.process ?? {};
    const isCaughtUp = async (): Promise<boolean> => {
      const body = (await call?.('GET', '/api/sync/status'))?.body as Record<string, { events: number }>;
      return body.relayLag?.events === 0 && body.projectionLag?.events === 0;
    };
    await waitFor(isCaughtUp, { what: 'Kafka and the read model to have all', timeoutMs: 30_000 });
    expect((await call?.('POST', '/api/verify'))?.body).toMatchObject({ ok: true });
    const { items } = (await google.control('GET', '/control/accounts')).body as {
      items: { name: string; persons: number }[];
    };
    const shown = await sql<{ name: string; persons: number }>(
      database,
      `select name, count(contacts.id)::int as persons from accounts join contacts on account_id = accounts.id
       where not deleted group by name`,
    );
    expect(new Map(shown.map(({ name, persons }) => [name, persons]))).toEqual(
      new Map(
        items.filter(({ name }) => ACCOUNTS.includes(name)).map(({ name, persons }) => [name, persons]),
      ),
    );
  }, 600_000);
});
