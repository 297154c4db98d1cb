import { randomUUID } from 'node:crypto';

import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { eventId, topicNames, type TopicNames } from '#contact-events';
import {
  type Acknowledgement,
  type EventPublisher,
  type Relay,
  RelayGauge,
  type TopicMessages,
} from '#publishing';
import { KafkaEventPublisher, type KafkaSettings } from '#kafka';
import { readLog } from '#event-store';
import { boundSql } from '#platform';

import { ConfigResourceTypes } from 'kafkajs';

import {
  createTopics,
  kafkaSettings,
  outsideClient,
  readTopic,
  relayed,
  startRelay,
  type RelayParts,
  type TopicRecord,
} from '../support/contact-feed-kafka.js';
import { append, ContactStream, createLogDatabase, type LogDatabase } from '../support/contact-feed-log.js';
import { recordingLog, silentLog } from '../support/contact-feed-recording-log.js';
import { describeKafka } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';

/** Tells each send, and can fail before or after it. */
class WatchedPublisher implements EventPublisher {
  readonly longestSendMs: number;
  sends = 0;
  before: () => void | Promise<void> = () => undefined;
  after: () => void | Promise<void> = () => undefined;

  constructor(private readonly publisher: EventPublisher) {
    this.longestSendMs = publisher.longestSendMs;
  }

  async publish(batches: readonly TopicMessages[]): Promise<Acknowledgement[]> {
    this.sends += 1;
    await this.before();
    const acknowledged = await this.publisher.publish(batches);
    await this.after();
    return acknowledged;
  }

  readonly advice: EventPublisher['advice'] = (error) => this.publisher.advice(error);

  readonly isRecognised: EventPublisher['isRecognised'] = (error) => this.publisher.isRecognised(error);

  readonly ends: EventPublisher['ends'] = (topics) => this.publisher.ends(topics);

  readonly read: EventPublisher['read'] = (ranges, take) => this.publisher.read(ranges, take);

  close(): Promise<void> {
    return this.publisher.close();
  }
}

describeKafka('The relay', () => {
  let logDatabase: LogDatabase;
  let settings: KafkaSettings;
  let names: TopicNames;
  let relays: Relay[];

  beforeAll(async () => {
    logDatabase = await createLogDatabase();
  });
  afterAll(() => logDatabase.close());

  beforeEach(async () => {
    await boundSql(logDatabase.em.fork(), 'truncate events, relay_partitions, relays, leases');
    settings = kafkaSettings();
    names = topicNames(settings.topicPrefix);
    relays = [];
  });
  afterEach(async () => {
    await Promise.all(relays.map((relay) => relay.stop()));
  });

  const start = (parts: RelayParts = {}): Relay => {
    const relay = startRelay(logDatabase, settings, parts);
    relays.push(relay);
    return relay;
  };

  const watched = (): WatchedPublisher => new WatchedPublisher(new KafkaEventPublisher(settings, silentLog));

  const published = (position: bigint): Promise<void> => relayed(logDatabase.em, names.events, position);

  const idsOf = (records: readonly TopicRecord[]): (string | undefined)[] =>
    records.map(({ headers }) => headers.ce_id);

  it('publishes each event once, with its bytes, key and headers, in order per contact', async () => {
    start({ options: { batchSize: 7 } });
    const streams = Array.from({ length: 10 }, () => new ContactStream());
    await append(
      logDatabase.em,
      streams.map((stream) => stream.updated({ displayName: 'Zoë 林 💌' })),
    );
    await published(
      await append(
        logDatabase.em,
        streams.map((stream) => stream.deleted()),
      ),
    );

    const log = await readLog(logDatabase.em.fork(), { limit: 1_000 });
    const records = await readTopic(names.events);
    expect(idsOf(records).sort()).toEqual(
      log.map(({ streamId, version }) => eventId(streamId, version)).sort(),
    );
    for (const event of log) {
      const record = records.find(({ headers }) => headers.ce_position === String(event.position));
      expect(record).toEqual({
        partition: expect.any(Number),
        offset: expect.any(BigInt),
        key: event.streamId,
        value: event.data,
        headers: {
          'content-type': 'application/json',
          ce_specversion: '1.0',
          ce_id: eventId(event.streamId, event.version),
          ce_source: `/accounts/${event.accountId}`,
          ce_type: event.type,
          ce_subject: event.streamId,
          ce_time: event.occurredAt,
          ce_dataschema: `https://contacts.example/api/schemas/${event.type === 'ContactUpdated' ? 'contact-updated' : 'contact-deleted'}/1.json`,
          ce_partitionkey: event.streamId,
          ce_contactversion: String(event.version).padStart(10, '0'),
          ce_position: String(event.position),
        },
      });
    }
    for (const stream of streams) {
      const versions = records
        .filter(({ key }) => key === stream.id)
        .map(({ headers }) => headers.ce_contactversion);
      expect(versions).toEqual(['0000000001', '0000000002']);
    }
  });

  it("keeps each contact's latest state, and a tombstone with the deletion's headers, on the state topic", async () => {
    start({ options: { batchSize: 2 } });
    const [kept, gone] = [new ContactStream(), new ContactStream()];
    await append(logDatabase.em, [kept.updated(), gone.updated(), kept.updated({ displayName: 'Latest' })]);
    await published(await append(logDatabase.em, [gone.deleted()]));

    const records = await readTopic(names.state);
    const latest = (key: string): TopicRecord | undefined => records.findLast((record) => record.key === key);
    expect(JSON.parse(latest(kept.id)?.value ?? '')).toMatchObject({ contact: { displayName: 'Latest' } });
    expect(latest(kept.id)?.headers.ce_contactversion).toBe('0000000002');
    expect(latest(gone.id)).toMatchObject({
      value: null,
      headers: { ce_type: 'ContactDeleted', ce_id: eventId(gone.id, 2) },
    });
  });

  it('records the last offset and position that each partition acknowledged', async () => {
    start({ options: { batchSize: 5 } });
    const streams = Array.from({ length: 23 }, () => new ContactStream());
    await published(
      await append(
        logDatabase.em,
        streams.map((stream) => stream.updated()),
      ),
    );

    const records = (await readTopic(names.events)).map(({ partition, offset, headers }) => ({
      partition,
      last_offset: String(offset),
      last_position: headers.ce_position,
    }));
    const last = new Map(records.map((record) => [record.partition, record]));
    const rows = await boundSql(
      logDatabase.em.fork(),
      'select partition, last_offset, last_position from relay_partitions where topic = $1 order by partition',
      [names.events],
    );
    expect(rows).toEqual([...last.values()]);
  });

  it('goes on behind its checkpoint after a restart', async () => {
    const stream = new ContactStream();
    const first = start();
    await published(await append(logDatabase.em, [stream.updated()]));
    await first.stop();
    start();
    await published(await append(logDatabase.em, [stream.updated()]));
    expect(idsOf(await readTopic(names.events))).toEqual([eventId(stream.id, 1), eventId(stream.id, 2)]);
  });

  it('sends no more than one batch again, with the same ids and bytes, after a crash behind the send', async () => {
    const streams = Array.from({ length: 20 }, () => new ContactStream());
    const last = await append(
      logDatabase.em,
      streams.map((stream) => stream.updated()),
    );
    const publisher = watched();
    // As if the process had gone between the brokers' answer and the checkpoint of its second batch.
    publisher.after = async () => {
      if (publisher.sends === 2)
        await boundSql(
          logDatabase.em.fork(),
          'update leases set fencing_token = fencing_token + 1, owner = null, expires_at = clock_timestamp()',
        );
    };
    start({ publisher, options: { batchSize: 6 } });
    await published(last);

    const ids = idsOf(await readTopic(names.events));
    const repeated = ids.filter((id, index) => ids.indexOf(id) !== index);
    expect(new Set(ids).size).toBe(20);
    expect(repeated).toHaveLength(6);
  });

  it('sends the same messages again after an answer that never came, and they are there once', async () => {
    const streams = Array.from({ length: 5 }, () => new ContactStream());
    const publisher = watched();
    publisher.before = () => {
      if (publisher.sends <= 2) throw new Error('timed out');
    };
    start({ publisher });
    await published(
      await append(
        logDatabase.em,
        streams.map((stream) => stream.updated()),
      ),
    );
    expect(publisher.sends).toBe(3);
    expect(idsOf(await readTopic(names.events))).toHaveLength(5);
  });

  it('has one leader over all processes, and another when that one stops', async () => {
    const publishers = [watched(), watched()];
    const [one, two] = publishers.map((publisher) => start({ publisher }));
    const streams = Array.from({ length: 5 }, () => new ContactStream());
    for (const stream of streams) await published(await append(logDatabase.em, [stream.updated()]));
    expect(publishers.map(({ sends }) => sends).sort()).toEqual([0, 5]);

    const leads = publishers[0]?.sends === 5 ? one : two;
    await leads?.stop();
    await published(
      await append(
        logDatabase.em,
        streams.map((stream) => stream.updated()),
      ),
    );
    expect(publishers.map(({ sends }) => sends).sort()).toEqual([1, 5]);
    expect(idsOf(await readTopic(names.events))).toHaveLength(10);
  });

  it('takes over from a leader whose lease ended, and that one moves nothing any more', async () => {
    const stream = new ContactStream();
    const [frozen, other] = [watched(), watched()];
    const thaw = Promise.withResolvers<undefined>();
    const asleep = Promise.withResolvers<undefined>();
    frozen.before = async () => {
      asleep.resolve(undefined);
      await thaw.promise;
    };
    const log = recordingLog();
    start({ publisher: frozen, log });
    const position = await append(logDatabase.em, [stream.updated()]);
    await asleep.promise;
    await boundSql(
      logDatabase.em.fork(),
      "update leases set expires_at = clock_timestamp() - interval '1 second'",
    );
    start({ publisher: other });
    await published(position);
    thaw.resolve(undefined);
    await waitFor(() => log.lines.some(({ message }) => message.includes('standing by')), {
      what: 'the old leader to notice',
    });
    const [row] = await boundSql<{ fencing_token: string; position: string }>(
      logDatabase.em.fork(),
      `select fencing_token, position from relays join leases on leases.name = 'relay ' || relays.name
       where relays.name = $1`,
      [names.events],
    );
    expect(row).toEqual({ fencing_token: '2', position: String(position) });
    // What the frozen one still sent is a repetition with the same id.
    expect(new Set(idsOf(await readTopic(names.events)))).toEqual(new Set([eventId(stream.id, 1)]));
  });

  it('does not send when its lease could end before the send', async () => {
    const publisher = watched();
    const log = recordingLog();
    start({ publisher, log, options: { leaseMs: publisher.longestSendMs - 1, pollMs: 60_000 } });
    await waitFor(() => log.lines.some(({ message }) => message.startsWith('relaying')), {
      what: 'a leader',
    });
    await boundSql(
      logDatabase.em.fork(),
      "update leases set owner = 'another', fencing_token = fencing_token + 1, expires_at = clock_timestamp() + interval '1 hour'",
    );
    await append(logDatabase.em, [new ContactStream().updated()]);
    await waitFor(() => log.lines.some(({ message }) => message.includes('standing by')), {
      what: 'it to notice',
    });
    expect(publisher.sends).toBe(0);
  });

  it('halves what is too large for one send', async () => {
    const small = { ...settings, partitions: 1 };
    const biography = (): string =>
      randomUUID().repeat(10) + Array.from({ length: 6_000 }, () => randomUUID()).join('');
    const streams = Array.from({ length: 12 }, () => new ContactStream());
    const position = await append(
      logDatabase.em,
      streams.map((stream) => stream.updated({ biography: biography() })),
    );
    relays.push(startRelay(logDatabase, small));
    await published(position);
    const ids = idsOf(await readTopic(names.events));
    expect([ids.length, new Set(ids).size]).toEqual([12, 12]);
  });

  it('waits for a broker that is away, says so once, and stops all the same', async () => {
    const log = recordingLog();
    const nobody = { ...settings, brokers: ['127.0.0.1:1'] };
    const relay = startRelay(logDatabase, nobody, { log });
    await append(logDatabase.em, [new ContactStream().updated()]);
    await waitFor(() => log.lines.filter(({ message }) => message.includes('still fails')).length > 2, {
      what: 'several attempts',
      timeoutMs: 20_000,
    });
    expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    expect(await new RelayGauge(logDatabase.em, names.events).lag()).toMatchObject({ events: 1 });
    await relay.stop();
  });

  it('makes the topics that are missing', async () => {
    start();
    await published(await append(logDatabase.em, [new ContactStream().updated()]));
    const admin = outsideClient().admin();
    await admin.connect();
    const { topics } = await admin.fetchTopicMetadata({
      topics: [names.events, names.state, names.deadLetter],
    });
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: topics.map(({ name }) => ({
        type: ConfigResourceTypes.TOPIC,
        name,
        configNames: ['cleanup.policy'],
      })),
    });
    await admin.disconnect();
    expect(topics.map(({ name, partitions }) => [name, partitions.length])).toEqual(
      expect.arrayContaining([
        [names.events, 3],
        [names.state, 3],
        [names.deadLetter, 3],
      ]),
    );
    const policies = resources.map(({ resourceName, configEntries }) => [
      resourceName,
      configEntries[0]?.configValue,
    ]);
    expect(policies).toEqual(
      expect.arrayContaining([
        [names.events, 'delete'],
        [names.state, 'compact'],
        [names.deadLetter, 'delete'],
      ]),
    );
  });

  it('reports, and does not change, a topic that is there with other settings', async () => {
    const admin = outsideClient().admin();
    await admin.connect();
    await createTopics(admin, [
      { topic: names.events, numPartitions: 2 },
      {
        topic: names.state,
        numPartitions: 3,
        configEntries: [{ name: 'cleanup.policy', value: 'delete' }],
      },
    ]);
    const log = recordingLog();
    const publisher = new KafkaEventPublisher(settings, log);
    start({ publisher });
    await published(await append(logDatabase.em, [new ContactStream().updated()]));
    const warnings = log.lines.filter(({ level }) => level === 'warn').map(({ fields }) => fields);
    expect(warnings).toEqual([
      { topic: names.events, partitions: 2, wanted: 3 },
      { topic: names.state, cleanup: 'delete', wanted: 'compact' },
    ]);
    const { topics } = await admin.fetchTopicMetadata({ topics: [names.events] });
    expect(topics[0]?.partitions).toHaveLength(2);
    await admin.disconnect();
  });
});
