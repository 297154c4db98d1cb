import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type KafkaSettings } from '#kafka';
import { topicNames, type TopicNames } from '#contact-events';
import { RecoveryRefused } from '../../tools/log-recovery/src/recovery-refused.js';
import { readConfiguration } from '#platform';
import { pino } from 'pino';

import { recoverLog } from '../../tools/log-recovery/src/recover-log.js';
import { type Call, callsTo } from '../support/call.js';
import {
  kafkaEnvironment,
  kafkaSettings,
  outsideClient,
  produce,
  readTopic,
} from '../support/contact-feed-kafka.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { describeKafka } from '../support/kafka.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { type RunningService, startGoogle, startService, type TestGoogle } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

interface LoggedEvent {
  readonly position: string;
  readonly stream_id: string;
  readonly version: number;
  readonly data: string;
  /** What its account was known by. */
  readonly account_ref: string | null;
}

describeKafka('A database that was restored to an earlier time', () => {
  let google: TestGoogle;
  let databases: TestDatabase[];
  let names: TopicNames;
  let settings: KafkaSettings;
  let service: RunningService | null;

  beforeEach(async () => {
    settings = kafkaSettings(2);
    names = topicNames(settings.topicPrefix);
    google = await startGoogle();
    databases = [await createTestDatabase()];
    service = null;
  });
  afterEach(async () => {
    await service?.stop();
    await google.stop();
    for (const database of databases) await database.drop();
  });

  const current = (): TestDatabase => {
    const database = databases.at(-1);
    if (database === undefined) throw new Error('There is no database');
    return database;
  };
  const environment = (): Record<string, string> => ({
    ...serviceEnvironment(current(), google),
    ...kafkaEnvironment(settings),
  });
  const start = async (): Promise<Call> => {
    service = await startService(environment());
    return callsTo(service.url);
  };
  const stop = async (): Promise<void> => {
    await service?.stop();
    service = null;
  };
  const backup = async (): Promise<TestDatabase> => createTestDatabase({ template: current().name });
  const recover = (dryRun = false) =>
    recoverLog(readConfiguration(environment()), pino({ level: 'silent' }), { dryRun });

  const logOf = (database: TestDatabase): Promise<LoggedEvent[]> =>
    sql<LoggedEvent>(
      database,
      `select position, stream_id, version, data::text as data, metadata->>'accountRef' as account_ref
       from events order by position`,
    );
  /** All that syncs decide by, but for what is not in events: source ids. */
  const writeSideOf = (database: TestDatabase): Promise<unknown[]> =>
    sql(
      database,
      `select contact_id, account_id, resource_name, version, deleted, fingerprint, last_event_at, created_at,
         array(select unnest(former_names) order by 1) as former_names,
         array(select key from contact_keys k where k.contact_id = head.contact_id and key not like 'source:%'
           order by key) as keys
       from contact_snapshots head order by contact_id`,
    );
  const create = async (person: object): Promise<string> =>
    (await google.control('POST', '/control/persons', person)).body.resourceName as string;
  const at = (resourceName: string): string => `/control/persons/${resourceName.replace('people/', '')}`;
  const edit = (resourceName: string, fields: object) => google.control('PATCH', at(resourceName), fields);
  const sync = async (api: Call, mode: 'full' | 'incremental') => {
    const { status, body } = await api('POST', `/api/sync/${mode}`);
    expect({ status, mode: body.run?.mode }).toEqual({ status: 200, mode });
    return body.statistics as Record<string, number>;
  };
  /** Without waiting for the read model, which gets nothing while the relay refuses. */
  const syncAlone = async (api: Call): Promise<void> => {
    const { headers } = await api('POST', '/api/sync/incremental', undefined, { prefer: 'respond-async' });
    const run = headers.get('location') ?? '';
    await waitFor(async () => (await api('GET', run)).body.state === 'succeeded', { what: 'the run to end' });
  };
  const contacts = async (api: Call): Promise<unknown> =>
    (await api('GET', '/api/contacts?includeDeleted=true&limit=500')).body.items;
  const recordsOn = async (topic: string): Promise<number> => (await readTopic(topic)).length;

  /** It takes the lease, looks at the topics, and gives it back; more than once, so that the first time is over. */
  const relayLooksAgain = async (): Promise<void> => {
    const looks = async (): Promise<number> =>
      Number(
        (
          await sql<{ fencing_token: string }>(
            current(),
            `select fencing_token from leases where name like 'relay %'`,
          )
        )[0]?.fencing_token,
      );
    const first = await looks();
    await waitFor(async () => (await looks()) > first + 1, { what: 'the relay to look again' });
  };

  /** Both topics hold the log, and nothing but the log: each id with the same bytes at every delivery. */
  const topicsHoldTheLog = async (): Promise<void> => {
    const log = await logOf(current());
    await waitFor(
      async () => {
        const [relay] = await sql<{ position: string; state_position: string }>(
          current(),
          'select position, state_position from relays where name = $1',
          [names.events],
        );
        return relay?.position === log.at(-1)?.position && relay?.state_position === log.at(-1)?.position;
      },
      { what: 'the log to be relayed', timeoutMs: 30_000 },
    );
    const place = (id: string | null | undefined, version: number) => `${id ?? ''} ${version}`;
    const logged = new Map(log.map((event) => [place(event.stream_id, event.version), event.data]));
    const published = new Map<string, string | null>();
    for (const { key, value, headers } of await readTopic(names.events)) {
      const id = place(key, Number(headers.ce_contactversion));
      expect(published.get(id) ?? value).toBe(value);
      published.set(id, value);
    }
    expect(published).toEqual(logged);
    const states = new Map(
      (await readTopic(names.state)).map(({ key, headers }) => [key, Number(headers.ce_contactversion)]),
    );
    expect(states).toEqual(new Map(log.map((event) => [event.stream_id, event.version])));
  };

  /** A database that was backed up and restored; in between contacts changed in every way there is. */
  const lost = async () => {
    const api = await start();
    const [ada, bob, carol, dan, twin] = [
      await create({ names: [{ givenName: 'Ada' }] }),
      await create({ names: [{ givenName: 'Bob' }] }),
      await create({ names: [{ givenName: 'Carol' }] }),
      await create({ names: [{ givenName: 'Dan' }] }),
      await create({ names: [{ givenName: 'Dan' }] }),
    ];
    await sync(api, 'full');
    await topicsHoldTheLog();
    await stop();
    const copy = await backup();

    const again = await start();
    const [account] = (await again('GET', '/api/accounts')).body.items as { id: string }[];
    await again('PATCH', `/api/accounts/${account?.id ?? ''}`, { reference: 'tenant-42/é' });
    await edit(ada, { emailAddresses: ['ada@example.org'] });
    await google.control('DELETE', at(bob));
    await sync(again, 'incremental');
    await edit(ada, { emailAddresses: ['ada@example.org', 'ada@example.com'] });
    await google.control('POST', `${at(carol)}/rename`, { newResourceName: 'people/c77', tombstone: true });
    await google.control('POST', `${at(twin)}/merge`, { into: dan.replace('people/', ''), tombstone: true });
    await google.control('POST', `${at(bob)}/restore`);
    await create({ names: [{ givenName: 'Eve' }], phoneNumbers: ['+33612345678'] });
    await sync(again, 'incremental');
    await topicsHoldTheLog();
    const shown = await contacts(again);
    await stop();
    const original = current();
    databases.push(copy);
    return { ada, shown, original };
  };

  it('is kept from publishing, gets its events back, and goes on as if nothing had been', async () => {
    const { ada, shown, original } = await lost();
    const before = await logOf(current());
    const published = await recordsOn(names.events);
    const api = await start();
    await relayLooksAgain();
    // What the projection cannot find in the log it puts aside.
    const lettersIn = async (state: string): Promise<number> =>
      (await api('GET', `/api/dead-letters?state=${state}&limit=100`)).body.items.length as number;
    const whole = await logOf(original);
    expect(whole.at(-1)?.account_ref).toBe('tenant-42/é');
    const missing = whole.length - before.length;
    await waitFor(async () => (await lettersIn('open')) === missing, {
      what: 'the lost events to come',
      timeoutMs: 20_000,
    });
    expect(await recordsOn(names.events)).toBe(published);
    await stop();

    expect(await recover(true)).toMatchObject({ events: missing, replayed: 0 });
    expect(await logOf(current())).toEqual(before);

    expect(await recover()).toMatchObject({
      events: missing,
      oldEnd: BigInt(before.at(-1)?.position ?? 0),
      newEnd: BigInt(whole.at(-1)?.position ?? 0),
      foreign: 0,
      unknownAccounts: [],
      replayed: missing,
    });
    // The dry run changed nothing.
    const recoveries = await sql(
      current(),
      `select actor_kind, outcome from audit_entries where action = 'log.recover'`,
    );
    expect(recoveries).toEqual([{ actor_kind: 'operator', outcome: 'done' }]);
    expect(await logOf(current())).toEqual(whole);
    expect(await writeSideOf(current())).toEqual(await writeSideOf(original));

    const after = await start();
    const nothing = { created: 0, updated: 0, deleted: 0, errors: 0 };
    expect(await sync(after, 'incremental')).toMatchObject(nothing);
    expect(await sync(after, 'full')).toMatchObject({ ...nothing, unchanged: 5 });
    expect(await logOf(current())).toEqual(whole);
    expect(await contacts(after)).toEqual(shown);
    await topicsHoldTheLog();
    expect(await recordsOn(names.events)).toBe(published);

    await edit(ada, { emailAddresses: null });
    expect(await sync(after, 'incremental')).toMatchObject({ ...nothing, updated: 1 });
    expect((await logOf(current())).at(-1)).toMatchObject({ version: 4 });
    await topicsHoldTheLog();
    expect((await after('POST', '/api/verify')).body).toMatchObject({ ok: true });
  }, 120_000);

  it('needs no service started in between, and nothing more the second time', async () => {
    const { shown, original } = await lost();
    const whole = await logOf(original);
    expect(await recover()).toMatchObject({ replayed: 0 });
    expect(await recover()).toMatchObject({ events: 0 });
    expect(await logOf(current())).toEqual(whole);
    const api = await start();
    await sync(api, 'incremental');
    const end = whole.at(-1)?.position ?? '';
    await waitFor(async () => (await api('GET', `/api/contacts?minPosition=${end}`)).status === 200, {
      what: 'the read model to be whole',
      timeoutMs: 20_000,
    });
    expect(await contacts(api)).toEqual(shown);
    expect((await api('POST', '/api/verify')).body).toMatchObject({ ok: true });
    expect(await logOf(current())).toEqual(whole);
    await topicsHoldTheLog();
  }, 120_000);

  it('is filled from Kafka alone where it knows nothing of the relay, and passes over what others sent', async () => {
    const { original } = await lost();
    await sql(current(), 'delete from relays');
    await sql(current(), `delete from leases where name like 'relay %'`);
    await produce(names.events, [
      { key: 'nobody', value: '{', headers: { ce_specversion: '1.0', ce_position: '999999' } },
    ]);
    expect(await recover()).toMatchObject({ foreign: 1 });
    expect(await logOf(current())).toEqual(await logOf(original));
    const before = await recordsOn(names.events);
    await start();
    await waitFor(
      async () =>
        (await sql(current(), `select 1 from leases where name like 'relay %' and owner is not null`))
          .length > 0,
      { what: 'a leader' },
    );
    await edit(await create({ names: [{ givenName: 'Fay' }] }), {});
    await sync(callsTo(service?.url ?? ''), 'incremental');
    await waitFor(async () => (await recordsOn(names.events)) > before, { what: 'the new contact' });
    expect(await recordsOn(names.events)).toBe(before + 1);
  }, 120_000);

  it('has a text that was cut for Kafka whole again after the next full sync', async () => {
    const api = await start();
    const ada = await create({ names: [{ givenName: 'Ada' }] });
    await sync(api, 'full');
    await topicsHoldTheLog();
    await stop();
    const copy = await backup();
    const again = await start();
    const biography = 'a long life '.repeat(60_000);
    await edit(ada, { biographies: [{ value: biography }] });
    await sync(again, 'incremental');
    expect(await recordsOn(names.events)).toBe(2);
    await stop();
    databases.push(copy);

    expect(await recover()).toMatchObject({ events: 1 });
    const after = await start();
    expect(await sync(after, 'full')).toMatchObject({ updated: 1 });
    const [contact] = (await contacts(after)) as { version: number; biography: string }[];
    expect(contact?.version).toBe(3);
    expect(contact?.biography.length).toBe(biography.length);
    const [, second, third] = await readTopic(names.events);
    expect(second?.value?.includes('"truncatedFields":["/contact/biography"]')).toBe(true);
    expect(third?.headers.ce_contactversion).toBe('0000000003');

    // What the log has whole and Kafka has cut is the same event.
    await stop();
    await sql(current(), 'delete from relays');
    await sql(current(), `delete from leases where name like 'relay %'`);
    expect(await recover()).toMatchObject({ events: 0 });
  }, 120_000);

  it('is kept from publishing also where syncs went on until it was longer than the topics', async () => {
    await lost();
    const published = await recordsOn(names.events);
    const api = await start();
    await google.control('POST', '/control/persons', { count: 30 });
    await syncAlone(api);
    expect((await logOf(current())).length).toBeGreaterThan(published);
    await relayLooksAgain();
    expect(await recordsOn(names.events)).toBe(published);
  }, 120_000);

  it.each([
    [
      'Kafka no longer holds what it lacks',
      /partition \d, begins at offset \d+(, with position \d+)?: Kafka no longer holds.*KAFKA_TOPIC_PREFIX/,
      async () => {
        const admin = outsideClient().admin();
        await admin.connect();
        const offsets = await admin.fetchTopicOffsets(names.events);
        await admin.deleteTopicRecords({
          topic: names.events,
          partitions: offsets.map(({ partition, high }) => ({ partition, offset: high })),
        });
        await admin.disconnect();
      },
    ],
    [
      'versions between it and Kafka are missing',
      /Kafka no longer holds version 1 of contact .* goes on with version 2 .*KAFKA_TOPIC_PREFIX/,
      async () => {
        await sql(current(), 'delete from events');
        await sql(current(), 'update relays set position = 0, state_position = 0');
      },
    ],
    [
      'syncs went on after it was restored',
      /syncs went on after the database was restored.*Restore the backup once more/,
      async () => {
        await syncAlone(await start());
        await stop();
      },
    ],
  ])(
    'stays as it is where %s, and says what to do',
    async (_, message, given) => {
      await lost();
      await given();
      const before = await logOf(current());
      const refusal = await recover().catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(RecoveryRefused);
      expect((refusal as Error).message).toMatch(message);
      expect(await logOf(current())).toEqual(before);
    },
    120_000,
  );
});
