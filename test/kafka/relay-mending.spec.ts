import { randomUUID } from 'node:crypto';

import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { eventId, topicNames, type TopicNames } from '#contact-events';
import { KafkaEventPublisher, type KafkaSettings, openPublisher } from '#kafka';
import { KAFKA_SENDS, type KafkaSendMessage, type Relay } from '#publishing';
import { readLog } from '#event-store';
import { boundSql } from '#platform';
import { type Admin } from 'kafkajs';

import {
  createTopics,
  deleteTopics,
  kafkaSettings,
  outsideClient,
  readTopic,
  startRelay,
  type RelayParts,
  type TopicRecord,
} from '../support/contact-feed-kafka.js';
import { append, ContactStream, createLogDatabase, type LogDatabase } from '../support/contact-feed-log.js';
import { recordingLog, silentLog } from '../support/contact-feed-recording-log.js';
import { HeldWire } from '../support/held-wire.js';
import { describeKafka, testBrokers } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';

const KAFKA_STORAGE_ERROR = 56;
const NOT_ENOUGH_REPLICAS_AFTER_APPEND = 20;
const TOPIC_AUTHORIZATION_FAILED = 29;

describeKafka('The relay', () => {
  let logDatabase: LogDatabase;
  let admin: Admin;
  let settings: KafkaSettings;
  let names: TopicNames;
  let log: ReturnType<typeof recordingLog>;
  let relays: Relay[];
  let wires: HeldWire[];
  let sends: KafkaSendMessage[];
  const noteSend = (message: unknown): void => {
    sends.push(message as KafkaSendMessage);
  };

  beforeAll(async () => {
    logDatabase = await createLogDatabase();
    admin = outsideClient().admin();
    await admin.connect();
  });
  afterAll(async () => {
    await admin.disconnect();
    await logDatabase.close();
  });

  beforeEach(async () => {
    await query('truncate events, relay_partitions, relays, leases restart identity');
    settings = kafkaSettings();
    names = topicNames(settings.topicPrefix);
    log = recordingLog();
    relays = [];
    wires = [];
    sends = [];
    KAFKA_SENDS.subscribe(noteSend);
  });
  afterEach(async () => {
    KAFKA_SENDS.unsubscribe(noteSend);
    for (const wire of wires) wire.release();
    await Promise.all(relays.map((relay) => relay.stop()));
    await Promise.all(wires.map((wire) => wire.close()));
  });

  const query = <Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> =>
    boundSql<Row>(logDatabase.em.fork(), sql, parameters);

  const start = (parts: RelayParts = {}): Relay => {
    const relay = startRelay(logDatabase, settings, {
      log,
      ...parts,
      options: { compareMs: 100, pollMs: 100, ...parts.options },
    });
    relays.push(relay);
    return relay;
  };

  /** A relay whose produce requests can be held back. */
  const startOnWire = async (parts: RelayParts = {}): Promise<HeldWire> => {
    const wire = await HeldWire.to(testBrokers()[0] ?? '');
    wires.push(wire);
    const publisher = new KafkaEventPublisher({ ...settings, brokers: [wire.broker] }, silentLog);
    start({ log: silentLog, ...parts, publisher });
    return wire;
  };

  const added = (events: Parameters<typeof append>[1]): Promise<bigint> => append(logDatabase.em, events);

  /** Both topics hold the log up to here. */
  const relayed = (position: bigint): Promise<unknown> =>
    waitFor(
      async () => {
        const rows = await query('select 1 from relays where position >= $1 and state_position >= $1', [
          String(position),
        ]);
        return rows.length > 0;
      },
      { what: `position ${position} to be on both topics`, timeoutMs: 20_000 },
    );

  const warnings = (): string[] =>
    log.lines.filter(({ level }) => level === 'warn').map(({ message }) => message);

  const idsOf = (records: readonly TopicRecord[]): (string | undefined)[] =>
    records.map(({ headers }) => headers.ce_id).sort();

  const idsInLog = async (): Promise<string[]> =>
    (await readLog(logDatabase.em.fork(), { limit: 10_000 }))
      .map(({ streamId, version }) => eventId(streamId, version))
      .sort();

  /** What is left of a compacted topic: of each key the id of the last record, or that there is none. */
  const states = async (): Promise<Map<string | null, string>> =>
    new Map(
      (await readTopic(names.state)).map(({ key, value, headers }) => [
        key,
        `${headers.ce_id ?? 'no id'}${value === null ? ' gone' : ''}`,
      ]),
    );

  const heads = async (): Promise<Map<string | null, string>> =>
    new Map(
      (await readLog(logDatabase.em.fork(), { limit: 10_000 })).map(({ streamId, version, type }) => [
        streamId,
        `${eventId(streamId, version)}${type === 'ContactDeleted' ? ' gone' : ''}`,
      ]),
    );

  const recordsOf = async (topic: string): Promise<bigint> =>
    (await admin.fetchTopicOffsets(topic)).reduce((sum, { high }) => sum + BigInt(high), 0n);

  const expireLease = () => query(`update leases set expires_at = clock_timestamp() - interval '1 second'`);

  it.each(['events', 'state'] as const)(
    'fills the %s topic again from the log when it is deleted, and the other gets nothing twice',
    async (role) => {
      start();
      const streams = Array.from({ length: 20 }, () => new ContactStream());
      await relayed(await added(streams.map((stream) => stream.updated())));

      await admin.deleteTopics({ topics: [names[role]] });
      await relayed(await added([new ContactStream().updated()]));

      await waitFor(async () => (await recordsOf(names[role])) >= 21n, { what: 'the topic to be filled' });
      await relayed(21n);
      expect(idsOf(await readTopic(names.events))).toEqual(await idsInLog());
      expect(idsOf(await readTopic(names.state))).toEqual(await idsInLog());
      expect(warnings()).toEqual([
        'a Kafka topic holds less than was published: it was made anew, and is filled from the log again',
      ]);
    },
  );

  it('fills a topic again that was made anew, with fewer partitions, while nobody relayed', async () => {
    const first = start();
    const streams = Array.from({ length: 20 }, () => new ContactStream());
    await relayed(await added(streams.map((stream) => stream.updated())));
    await first.stop();

    await deleteTopics(admin, [names.events]);
    await createTopics(admin, [{ topic: names.events, numPartitions: 1 }]);
    start();

    await waitFor(async () => (await readTopic(names.events)).length >= 20, {
      // Not by the ends of its partitions: for a moment these may still be those of the deleted one.
      what: 'the topic to be filled',
    });
    expect(idsOf(await readTopic(names.events))).toEqual(await idsInLog());
    expect(idsOf(await readTopic(names.state))).toEqual(await idsInLog());
  });

  it('notices also where it has nothing to send that a topic was deleted', async () => {
    start();
    await relayed(await added([new ContactStream().updated()]));
    await admin.deleteTopics({ topics: [names.state] });
    await waitFor(() => warnings().length > 0, { what: 'it to notice', timeoutMs: 10_000 });
    await relayed(await added([new ContactStream().updated()]));
    expect(idsOf(await readTopic(names.state))).toEqual(await idsInLog());
    expect(idsOf(await readTopic(names.events))).toEqual(await idsInLog());
  });

  it('sends a batch of a leader that died before its checkpoint again, and warns of nothing', async () => {
    const streams = Array.from({ length: 20 }, () => new ContactStream());
    const first = start();
    await relayed(await added(streams.map((stream) => stream.updated())));
    const before = await query<{ position: string }>('select * from relays');
    const partitions = await query('select * from relay_partitions');
    const last = await added(streams.map((stream) => stream.updated()));
    await relayed(last);
    await first.stop();
    // As the second batch's leader left it: sent, and not accounted for.
    await query('update relays set position = $1, state_position = $1', [before[0]?.position]);
    await query(
      `update relay_partitions p set last_offset = old.last_offset, last_position = old.last_position
       from json_to_recordset($1) as old (topic text, partition int, last_offset bigint, last_position bigint)
       where p.topic = old.topic and p.partition = old.partition`,
      [JSON.stringify(partitions)],
    );
    start();
    await relayed(last);
    expect(await recordsOf(names.events)).toBe(60n);
    expect(new Set(idsOf(await readTopic(names.events)))).toEqual(new Set(await idsInLog()));
    expect(await states()).toEqual(await heads());
    expect(warnings()).toEqual([]);
  });

  it.each([
    ['with the next send', true],
    ['while it has nothing to send', false],
  ])('mends, %s, what a leader that slept through its lease sent late', async (_, hasMore) => {
    settings = { ...settings, partitions: 1 };
    const [changed, gone, back, quiet] = Array.from({ length: 4 }, () => new ContactStream()) as [
      ContactStream,
      ContactStream,
      ContactStream,
      ContactStream,
    ];
    const sleeper = await startOnWire();
    await relayed(await added([changed.updated(), gone.updated(), back.updated(), quiet.updated()]));
    const held = sleeper.hold();
    await added([changed.updated(), gone.updated(), back.deleted(), quiet.updated()]);
    await held;
    await expireLease();
    start(hasMore ? { options: { compareMs: 3_600_000 } } : {});
    await relayed(await added([changed.updated(), gone.deleted(), back.updated()]));
    const before = await recordsOf(names.state);

    sleeper.release();
    await waitFor(async () => (await recordsOf(names.state)) >= before + 4n, { what: 'the late send' });
    if (hasMore) await relayed(await added([new ContactStream().updated()]));

    await waitFor(() => warnings().length > 0, { what: 'the older states to be noticed' });
    await waitFor(async () => (await recordsOf(names.state)) >= before + 7n, { what: 'the repair' });
    expect(await states()).toEqual(await heads());
    expect(warnings()).toEqual(['an older state came late; publishing the present one again']);
    expect(new Set(idsOf(await readTopic(names.events)))).toEqual(new Set(await idsInLog()));
    await waitFor(() => sends.some(({ topics }) => topics.length === 1 && topics[0]?.messages === 3), {
      what: 'the repair to be told as a send',
    });
    expect(sends).toContainEqual({ isAcknowledged: true, topics: [{ topic: names.state, messages: 3 }] });
  });

  it.each([
    ['from a backup that knows the relay', false],
    ['made anew', true],
  ])(
    'publishes nothing on top of a topic whose events the log no longer has (%s), until they are back',
    async (_, forgotten) => {
      const first = start();
      const stream = new ContactStream();
      const backup = await added([stream.updated(), stream.updated()]);
      await relayed(backup);
      const known = await query<{ position: string }>('select * from relays');
      const partitions = await query<{ topic: string; partition: number; last_offset: string }>(
        'select * from relay_partitions',
      );
      await relayed(await added([stream.updated(), new ContactStream().updated()]));
      await first.stop();

      await query('create table lost as select * from events where position > $1', [String(backup)]);
      await query('delete from events where position > $1', [String(backup)]);
      await query('delete from relay_partitions');
      if (forgotten) await query('delete from relays');
      else {
        await query('update relays set position = $1, state_position = $1', [known[0]?.position]);
        for (const { topic, partition, last_offset } of partitions) {
          await query('insert into relay_partitions values ($1, $2, $3, $4, 0)', [
            names.events,
            topic,
            partition,
            last_offset,
          ]);
        }
      }
      const before = await recordsOf(names.events);
      start();
      start();
      const refusals = () => log.lines.filter(({ message }) => message.includes('npm run recover-log'));
      await waitFor(() => refusals().length === 2, { what: 'both to refuse' });
      const token = async () =>
        Number(
          (await query<{ fencing_token: string }>('select fencing_token from leases'))[0]?.fencing_token,
        );
      const then = await token();
      await waitFor(async () => (await token()) > then + 4, { what: 'them to look again' });
      expect(refusals()).toHaveLength(2);
      expect(refusals()[0]?.message).toMatch(
        /contacts\.(events|state) holds position 4, but the event log ends at 2/,
      );
      expect(await recordsOf(names.events)).toBe(before);

      await query('insert into events overriding system value select * from lost');
      await query('drop table lost');
      await relayed(4n);
      await relayed(await added([stream.updated()]));
      expect(await states()).toEqual(await heads());
    },
  );

  it.each([
    ['whose acknowledgement was lost with the connection', 'is lost'],
    ['that the broker says its disk failed', { errorCode: KAFKA_STORAGE_ERROR }],
    ['that too few replicas have', { errorCode: NOT_ENOUGH_REPLICAS_AFTER_APPEND }],
  ] as const)('sends a batch %s again, and it is there once', async (_, answer) => {
    const wire = await startOnWire({ log });
    await relayed(await added([new ContactStream().updated()]));
    wire.answerNext(answer, answer);
    const before = wire.requests;
    await relayed(await added(Array.from({ length: 10 }, () => new ContactStream().updated())));
    expect(wire.requests).toBe(before + 3);
    expect(idsOf(await readTopic(names.events))).toEqual(await idsInLog());
    expect(idsOf(await readTopic(names.state))).toEqual(await idsInLog());
    expect(log.lines.filter(({ level }) => level === 'error')).toMatchObject([
      { message: expect.stringContaining('publishing to Kafka fails, trying again') },
    ]);
    expect(log.lines.at(-1)?.message).toBe('publishing to Kafka works again');
  });

  it.each([
    ['kafkajs', { errorCode: TOPIC_AUTHORIZATION_FAILED }],
    ['platformatic', { errorCode: TOPIC_AUTHORIZATION_FAILED }],
    ['platformatic', 'is lost'],
  ] as const)(
    'asks the topics what arrived where the broker would not recognise a repetition (%s, %j)',
    async (client, answer) => {
      const wire = await HeldWire.to(testBrokers()[0] ?? '');
      wires.push(wire);
      start({ publisher: await openPublisher(client, { ...settings, brokers: [wire.broker] }, silentLog) });
      await relayed(await added([new ContactStream().updated()]));
      wire.answerNext(answer);
      const before = wire.requests;
      await relayed(await added(Array.from({ length: 10 }, () => new ContactStream().updated())));
      expect(wire.requests).toBe(before + 1);
      expect(idsOf(await readTopic(names.events))).toEqual(await idsInLog());
      expect(idsOf(await readTopic(names.state))).toEqual(await idsInLog());
      expect(warnings()).toEqual([]);
    },
  );

  it('takes records of others on its topics for what they are, and goes on', async () => {
    settings = { ...settings, partitions: 1 };
    start();
    const stream = new ContactStream();
    await relayed(await added([stream.updated()]));
    const producer = outsideClient().producer();
    await producer.connect();
    const far = {
      ce_position: '999999999',
      ce_contactversion: '0000000007',
      ce_time: '2026-01-01T00:00:00.000Z',
    };
    const claims = { ...far, ce_id: randomUUID(), ce_source: '/accounts/somebody' };
    await producer.send({
      topic: names.events,
      messages: [
        { key: 'nobody', value: '{' },
        { key: stream.id, value: '{}', headers: claims },
        { key: 'nobody', value: '{}', headers: { ...far, ce_id: eventId(stream.id, 7) } },
        { key: stream.id, value: '{}', headers: { ...claims, ce_position: '9'.repeat(19) } },
      ],
    });
    await producer.send({
      topic: names.state,
      messages: [
        { key: 'nobody', value: '{', headers: claims },
        { key: stream.id, value: '{', headers: claims },
      ],
    });
    await producer.disconnect();
    await waitFor(async () => (await recordsOf(names.state)) >= 4n, { what: 'the state to be mended' });
    await relayed(await added([new ContactStream().updated()]));
    const left = await states();
    expect(left.get(stream.id)).toBe(eventId(stream.id, 1));
    expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);
    expect(warnings()).toContain(
      'records that this service did not write are on its topics; nobody else should have the right to write there',
    );
  });
});
