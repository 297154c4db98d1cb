import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type ContactEvent } from '#contact';
import { topicNames } from '#contact-events';
import { KafkaContactFeed, openPublisher, partitionOfKey } from '#kafka';
import { boundSql, CodedError } from '#platform';
import {
  RefusedRecords,
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
import fc from 'fast-check';
import { type Admin } from 'kafkajs';

import { withheldEvents } from '../../apps/contact-sync/src/projection/contact-feed.js';
import {
  kafkaSettings,
  outsideClient,
  readTopic,
  relayed,
  startRelay,
} from '../support/contact-feed-kafka.js';
import { append, ContactStream, createLogDatabase, type LogDatabase } from '../support/contact-feed-log.js';
import { silentLog } from '../support/contact-feed-recording-log.js';
import { describeKafka } from '../support/kafka.js';
import { limitRecords } from '../support/limit-records.js';

const CONTACTS = 3;
const RUNS = 5;

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constant('change' as const),
      changes: fc.array(
        fc.record({ at: fc.nat(CONTACTS - 1), how: fc.constantFrom('small', 'large', 'large', 'deleted') }),
        { minLength: 1, maxLength: 5 },
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constant('limit' as const),
      role: fc.constantFrom('events', 'state'),
      bytes: fc.constantFrom(20_000, 20_000, 1_000_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('restart' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('settle' as const),
      request: fc.constantFrom('replay', 'replay', 'discard'),
    }),
  },
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

describeKafka('Whatever is refused, replayed and discarded', () => {
  let logDatabase: LogDatabase;
  let admin: Admin;

  beforeAll(async () => {
    logDatabase = await createLogDatabase();
    admin = outsideClient().admin();
    await admin.connect();
  });
  afterAll(async () => {
    await admin.disconnect();
    await logDatabase.close();
  });

  const play = async (client: 'kafkajs' | 'platformatic', steps: readonly Step[]): Promise<void> => {
    const { em, notifications } = logDatabase;
    await boundSql(
      em.fork(),
      `truncate events, relay_partitions, relays, leases, contacts, projection_checkpoints, dead_letters,
         refused_records, withheld_events`,
    );
    const settings = kafkaSettings(2);
    const names = topicNames(settings.topicPrefix);
    const records = new RefusedRecords(em, names, 'https://contacts.example');
    const settle = new SettleRefusedRecordHandler(records, notifications);
    const progress = new ReadModelPosition(
      em,
      new TopicFeedGauge(em, new RelayedPartitions(em), settings.topicPrefix, partitionOfKey),
      notifications,
    );
    const stop = new AbortController();
    const start = async () =>
      startRelay(logDatabase, settings, {
        publisher: await openPublisher(client, settings, silentLog),
        options: { pollMs: 500 },
      });
    let relay = await start();
    const projection = new ContactProjectionHandler(em);
    const followed = withheldEvents(em, settings.topicPrefix);
    const following = [
      new KafkaContactFeed(settings, em, silentLog),
      new LogContactFeed(em, notifications, silentLog, { followed }),
    ].map((feed) => feed.follow(projection, stop.signal));

    const streams = Array.from({ length: CONTACTS }, () => new ContactStream());
    const gone = new Set<ContactStream>();
    const large = new Set<string>();
    const discarded = new Set<string>();
    const event = (at: number, how: string): ContactEvent => {
      const stream = streams[at] ?? new ContactStream();
      if (how === 'deleted' && stream.version > 0 && !gone.has(stream)) {
        gone.add(stream);
        return stream.deleted();
      }
      gone.delete(stream);
      if (how !== 'large') return stream.updated();
      large.add(`${stream.id} ${stream.version + 1}`);
      return stream.updated({ biography: Array.from({ length: 2_000 }, () => randomUUID()).join('') });
    };
    const change = async (events: readonly ContactEvent[]): Promise<bigint> => {
      const position = await append(em, events);
      await relayed(em, names.events, position, 30_000);
      return position;
    };
    const open = async () => (await records.list({ state: 'open' }, { limit: 100 })).items;
    const settleAll = async (request: 'replay' | 'discard'): Promise<void> => {
      for (const { id, contactId } of await open()) {
        if (request === 'discard') discarded.add(contactId);
        await settle.execute(new SettleRefusedRecordCommand(id, request)).catch((error: unknown) => {
          if (!(error instanceof CodedError && error.code === 'still-refused')) throw error;
        });
      }
    };

    try {
      let last = await change(streams.map((stream) => stream.updated()));
      for (const one of steps) {
        if (one.what === 'change') last = await change(one.changes.map(({ at, how }) => event(at, how)));
        else if (one.what === 'limit') await limitRecords(admin, names[one.role], one.bytes);
        else if (one.what === 'settle') await settleAll(one.request);
        else {
          await relay.stop();
          relay = await start();
        }
        expect(await progress.waitFor(last, 20_000)).toBe(true);
      }
      for (const topic of [names.events, names.state]) await limitRecords(admin, topic, 1_000_000);
      await settleAll('replay');
      expect(await open()).toEqual([]);
      last = await change(streams.map((stream) => stream.updated()));
      expect(await progress.waitFor(last, 20_000)).toBe(true);

      const [onEvents, onState] = [await readTopic(names.events), await readTopic(names.state)];
      for (const { id, version } of streams) {
        const versions = onEvents
          .filter(({ key }) => key === id)
          .map(({ headers }) => Number(headers.ce_contactversion));
        expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
        const missing = Array.from({ length: version }, (_, place) => place + 1).filter(
          (one) => !versions.includes(one),
        );
        const mayMiss = (one: number) => discarded.has(id) && large.has(`${id} ${one}`);
        expect(missing.filter((one) => !mayMiss(one))).toEqual([]);
        const state = onState.findLast(({ key }) => key === id);
        expect(Number(state?.headers.ce_contactversion)).toBe(version);
      }
      const report = await new Verification(em, progress).run(new AbortController().signal);
      expect(report).toMatchObject({ ok: true, firstDifferences: [] });
    } finally {
      stop.abort();
      await Promise.all([relay.stop(), ...following]);
    }
  };

  it.each(['kafkajs', 'platformatic'] as const)(
    'order, copies, the state topic and the read model stay right, over %s',
    async (client) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 12 }), (steps) => play(client, steps)),
        { numRuns: RUNS, endOnFailure: true },
      );
    },
    240_000,
  );
});
