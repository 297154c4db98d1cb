import { randomUUID } from 'node:crypto';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventId, topicNames, type TopicNames } from '#contact-events';
import { KafkaContactFeed, type KafkaSettings, openPublisher, partitionOfKey } from '#kafka';
import { boundSql, CodedError } from '#platform';
import {
  RefusedRecords,
  type Relay,
  RelayedPartitions,
  SettleRefusedRecordCommand,
  SettleRefusedRecordHandler,
} from '#publishing';
import {
  ContactProjectionHandler,
  LogContactFeed,
  ReadModelPosition,
  TopicFeedGauge,
  Verification,
} from '#read-model';
import { type Admin } from 'kafkajs';

import { withheldEvents } from '../../apps/contact-sync/src/projection/contact-feed.js';
import { kafkaSettings, outsideClient, readTopic, startRelay } from '../support/contact-feed-kafka.js';
import { append, ContactStream, createLogDatabase, type LogDatabase } from '../support/contact-feed-log.js';
import { recordingLog, silentLog } from '../support/contact-feed-recording-log.js';
import { describeKafka } from '../support/kafka.js';
import { limitRecords } from '../support/limit-records.js';
import { waitFor } from '../support/wait-for.js';

const PUBLIC_URL = 'https://contacts.example';
const SMALL = 20_000;
const LARGE = 1_000_000;

/** No two are alike, and gzip leaves about half of it. */
const longText = (): string => Array.from({ length: 2_000 }, () => randomUUID()).join('');

describeKafka('What Kafka refuses', () => {
  describe.each(['kafkajs', 'platformatic'] as const)('over %s', (client) => {
    let logDatabase: LogDatabase;
    let admin: Admin;
    let settings: KafkaSettings;
    let names: TopicNames;
    let log: ReturnType<typeof recordingLog>;
    let relays: Relay[];
    let ends: (() => Promise<void>)[];
    let records: RefusedRecords;
    let progress: ReadModelPosition;

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
      const { em, notifications } = logDatabase;
      await boundSql(
        em.fork(),
        `truncate events, relay_partitions, relays, leases, contacts, projection_checkpoints, dead_letters,
         refused_records, withheld_events`,
      );
      settings = kafkaSettings();
      names = topicNames(settings.topicPrefix);
      log = recordingLog();
      relays = [];
      ends = [];
      records = new RefusedRecords(em, names, PUBLIC_URL);
      progress = new ReadModelPosition(
        em,
        new TopicFeedGauge(em, new RelayedPartitions(em), settings.topicPrefix, partitionOfKey),
        notifications,
      );
      await start();
      await published([new ContactStream().updated()]);
    });
    afterEach(async () => {
      await Promise.all([...ends.map((end) => end()), ...relays.map((relay) => relay.stop())]);
    });

    const start = async (): Promise<Relay> => {
      const publisher = await openPublisher(client, settings, log);
      const options = { publicUrl: PUBLIC_URL, pollMs: 500 };
      const relay = startRelay(logDatabase, settings, { publisher, log, options });
      relays.push(relay);
      return relay;
    };

    /** By the way of the topic, and of the log for what the topic does not get, or by one of them. */
    const follow = (...ways: ('topic' | 'log')[]): void => {
      const { em, notifications } = logDatabase;
      const stop = new AbortController();
      const followed = withheldEvents(em, settings.topicPrefix);
      const feeds = ways.map((way) =>
        way === 'topic'
          ? new KafkaContactFeed(settings, em, silentLog)
          : new LogContactFeed(em, notifications, silentLog, { followed, batchSize: 2 }),
      );
      const following = feeds.map((feed) => feed.follow(new ContactProjectionHandler(em), stop.signal));
      ends.push(async () => {
        stop.abort();
        await Promise.all(following);
      });
    };

    const relayed = (position: bigint): Promise<unknown> =>
      waitFor(
        async () => {
          const rows = await boundSql(
            logDatabase.em.fork(),
            'select 1 from relays where name = $1 and position >= $2 and state_position >= $2',
            [names.events, String(position)],
          );
          return rows.length > 0;
        },
        { what: `the relay to pass position ${position}`, timeoutMs: 30_000 },
      );

    const published = async (events: Parameters<typeof append>[1]): Promise<bigint> => {
      const position = await append(logDatabase.em, events);
      await relayed(position);
      return position;
    };

    const limit = (topic: string, bytes: number): Promise<void> => limitRecords(admin, topic, bytes);
    const limitBoth = async (bytes: number): Promise<void> => {
      await limit(names.events, bytes);
      await limit(names.state, bytes);
    };

    /** Of a contact on the events topic, in order. */
    const versionsOf = async ({ id }: ContactStream): Promise<number[]> =>
      (await readTopic(names.events))
        .filter(({ key }) => key === id)
        .map(({ headers }) => Number(headers.ce_contactversion));

    /** The version that is last of a contact on the state topic. */
    const stateOf = async ({ id }: ContactStream): Promise<number | null> => {
      const last = (await readTopic(names.state)).findLast(({ key }) => key === id);
      return last === undefined ? null : Number(last.headers.ce_contactversion);
    };

    const open = async () => (await records.list({ state: 'open' }, { limit: 100 })).items;

    const onlyOpen = async () => {
      const [record, ...others] = await open();
      expect(others).toEqual([]);
      if (record === undefined) throw new Error('Nothing is refused');
      return record;
    };

    const settle = (id: string, request: 'replay' | 'discard') =>
      new SettleRefusedRecordHandler(records, logDatabase.notifications).execute(
        new SettleRefusedRecordCommand(id, request),
      );

    /** The read model holds the log up to here, as a fold of it. */
    const holds = async (position: bigint): Promise<void> => {
      expect(await progress.waitFor(position, 20_000)).toBe(true);
      const report = await new Verification(logDatabase.em, progress).run(new AbortController().signal);
      expect(report).toMatchObject({ ok: true, firstDifferences: [] });
      expect(report.position).toBeGreaterThanOrEqual(position);
    };

    it('is put aside alone, out of a batch of many, and everything else is there once', async () => {
      follow('topic', 'log');
      await limitBoth(SMALL);
      const streams = Array.from({ length: 60 }, () => new ContactStream());
      const large = streams[40] ?? new ContactStream();
      await published(
        streams.map((stream) => stream.updated(stream === large ? { biography: longText() } : {})),
      );
      const last = await published(streams.map((stream) => stream.updated({ displayName: 'Changed' })));
      const record = await onlyOpen();
      expect(record).toMatchObject({
        contactId: large.id,
        topic: names.events,
        error: `Kafka refuses it on ${names.events} and ${names.state}: MESSAGE_TOO_LARGE`,
        requested: null,
      });
      for (const topic of [names.events, names.state]) {
        const keys = (await readTopic(topic)).map(({ key }) => key);
        expect(keys).not.toContain(large.id);
        // The others, and what made the topics.
        expect(new Set(keys).size).toBe(60);
      }
      const ids = (await readTopic(names.events)).map(({ headers }) => headers.ce_id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toHaveLength(1 + 2 * 59);
      await holds(last);
    });

    it('of the state topic alone leaves the events topic with one copy, and that one goes on', async () => {
      follow('topic', 'log');
      await limit(names.state, SMALL);
      const stream = new ContactStream();
      await published([stream.updated({ biography: longText() })]);
      const last = await published([stream.updated({ displayName: 'Small again' })]);
      const record = await onlyOpen();
      expect(record).toMatchObject({ contactId: stream.id, topic: names.state });
      expect(await versionsOf(stream)).toEqual([1, 2]);
      expect(await stateOf(stream)).toBeNull();
      await holds(last);

      expect(await settle(record.id, 'replay')).toMatchObject({ state: 'replayed' });
      expect(await stateOf(stream)).toBe(2);
      expect(await versionsOf(stream)).toEqual([1, 2]);
      await published([stream.updated()]);
      expect(await stateOf(stream)).toBe(3);
    });

    it('keeps later events of its contact waiting, over a restart and a takeover, and a replay sends all in order', async () => {
      follow('topic', 'log');
      await limitBoth(SMALL);
      const [stream, other] = [new ContactStream(), new ContactStream()];
      await published([stream.updated(), other.updated()]);
      await published([stream.updated({ biography: longText() })]);
      await published([stream.updated(), other.updated()]);
      await relays[0]?.stop();
      await start();
      await published([stream.updated({ displayName: 'Behind it' }), other.updated()]);
      await boundSql(logDatabase.em.fork(), 'update leases set expires_at = clock_timestamp()');
      await start();
      const last = await published([stream.deleted(), other.updated()]);
      expect(await versionsOf(stream)).toEqual([1]);
      // A takeover may send the last batch again.
      expect(new Set(await versionsOf(other))).toEqual(new Set([1, 2, 3, 4]));
      expect([await stateOf(stream), await stateOf(other)]).toEqual([1, 4]);
      await holds(last);

      const record = await onlyOpen();
      await expect(settle(record.id, 'replay')).rejects.toThrow(
        expect.objectContaining({ name: CodedError.name, code: 'still-refused' }),
      );
      expect(await onlyOpen()).toMatchObject({ id: record.id, position: record.position, requested: null });
      expect(await versionsOf(stream)).toEqual([1]);

      await limitBoth(LARGE);
      expect(await settle(record.id, 'replay')).toMatchObject({ id: record.id, state: 'replayed' });
      expect(await versionsOf(stream)).toEqual([1, 2, 3, 4, 5]);
      expect(await stateOf(stream)).toBe(5);
      await holds(await published([stream.updated(), other.updated()]));
      expect(await versionsOf(stream)).toEqual([1, 2, 3, 4, 5, 6]);
      expect(await open()).toEqual([]);
      await expect(settle(record.id, 'replay')).rejects.toThrow(
        expect.objectContaining({ code: 'replayed' }),
      );
    });

    it('is given up when it is discarded, with what is refused behind it, and what follows goes on', async () => {
      await limitBoth(SMALL);
      const stream = new ContactStream();
      await published([
        stream.updated(),
        stream.updated({ displayName: 'Given up', biography: longText() }),
        stream.updated({ displayName: 'Given up, too', biography: longText() }),
        stream.deleted(),
        stream.updated({ displayName: 'Back' }),
      ]);
      const record = await onlyOpen();
      expect(await settle(record.id, 'discard')).toMatchObject({ state: 'discarded' });
      expect(await versionsOf(stream)).toEqual([1, 4, 5]);
      const last = await published([stream.deleted()]);
      expect(await versionsOf(stream)).toEqual([1, 4, 5, 6]);
      expect(await stateOf(stream)).toBe(6);
      expect(await open()).toEqual([]);

      // A deletion that comes before what it deletes shows what it deletes all the same.
      follow('topic');
      await waitFor(
        async () =>
          (await boundSql(logDatabase.em.fork(), 'select 1 from contacts where version = 6')).length > 0,
        { what: 'the topic to be read' },
      );
      follow('log');
      await holds(last);
    });

    it('reaches the read model also where it is read before all that came before it', async () => {
      const stream = new ContactStream();
      await published([stream.updated({ displayName: 'On the topic' })]);
      // A limit that takes no record at all.
      await limit(names.events, 100);
      const last = await published([stream.deleted()]);
      follow('log');
      await waitFor(
        async () =>
          (await boundSql(logDatabase.em.fork(), 'select 1 from contacts where deleted')).length > 0,
        { what: 'the deletion' },
      );
      follow('topic');
      await holds(last);
    });

    it('is told once in the log, with what to do, and so is a limit that is too low, at the start', async () => {
      await limitBoth(SMALL);
      const stream = new ContactStream();
      await published([stream.updated({ biography: longText() })]);
      await published([stream.updated()]);
      await relays[0]?.stop();
      await start();
      await published([stream.updated()]);
      const warnings = log.lines.filter(({ level }) => level === 'warn');
      const about = (words: string) => warnings.filter(({ message }) => message.includes(words));
      expect(about('Kafka refuses a record')).toMatchObject([
        {
          message: expect.stringContaining("raise the topic's max.message.bytes"),
          fields: { topic: names.events, contactId: stream.id, refusal: 'MESSAGE_TOO_LARGE' },
        },
        { fields: { topic: names.state } },
      ]);
      expect(
        about('set max.message.bytes of the topic to 528384 or more').map(({ fields }) => fields),
      ).toEqual(
        [names.events, names.state].map((topic) => ({
          topic,
          setting: 'max.message.bytes',
          limit: SMALL,
          wanted: 528_384,
        })),
      );
      expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);
    });

    it('has the id that it would have on the topic', async () => {
      await limitBoth(SMALL);
      const stream = new ContactStream();
      await published([stream.updated({ biography: longText() })]);
      const message = await records.message(await onlyOpen());
      expect(message).toMatchObject({ key: stream.id, headers: { ce_id: eventId(stream.id, 1) } });
    });
  });
});
