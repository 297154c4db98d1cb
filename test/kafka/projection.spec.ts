import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type ContactEvent } from '#contact';
import { type ContactView, foldContact, toKafkaMessage, type TopicNames, topicNames } from '#contact-events';
import {
  ContactQueries,
  DeadLetters,
  TopicFeedGauge,
  LogContactFeed,
  ContactProjectionHandler,
  ReadModelPosition,
} from '#read-model';
import { KafkaContactFeed, type KafkaSettings, partitionOfKey } from '#kafka';
import { type Relay, RelayedPartitions } from '#publishing';
import { boundSql } from '#platform';
import { type Message } from 'kafkajs';

import { shownContact } from '../support/shown-contacts.js';
import {
  asAdmin,
  createTopics,
  kafkaSettings,
  outsideClient,
  produce,
  readTopic,
  relayed,
  startRelay,
} from '../support/contact-feed-kafka.js';
import {
  append,
  ContactStream,
  createLogDatabase,
  type LogDatabase,
  newEvent,
  wholeLog,
} from '../support/contact-feed-log.js';
import { recordingLog, silentLog } from '../support/contact-feed-recording-log.js';
import { describeKafka } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';

describeKafka('The projection over Kafka', () => {
  let logDatabase: LogDatabase;
  let settings: KafkaSettings;
  let names: TopicNames;
  let relay: Relay;
  let progress: ReadModelPosition;
  let ends: (() => Promise<void>)[];

  beforeAll(async () => {
    logDatabase = await createLogDatabase();
  });
  afterAll(() => logDatabase.close());

  /** As a process that starts sees it: one that goes on knows what the read model has held. */
  const newProgress = (): ReadModelPosition => {
    const { em, notifications } = logDatabase;
    return new ReadModelPosition(
      em,
      new TopicFeedGauge(em, new RelayedPartitions(em), settings.topicPrefix, partitionOfKey),
      notifications,
    );
  };

  beforeEach(async () => {
    const { em } = logDatabase;
    await boundSql(
      em.fork(),
      'truncate events, relay_partitions, relays, leases, contacts, projection_checkpoints, dead_letters',
    );
    settings = kafkaSettings();
    names = topicNames(settings.topicPrefix);
    relay = startRelay(logDatabase, settings, { options: { batchSize: 25 } });
    progress = newProgress();
    ends = [];
  });
  afterEach(async () => {
    await Promise.all(ends.map((end) => end()));
    await relay.stop();
  });

  const follow = (log = silentLog): (() => Promise<void>) => {
    const stop = new AbortController();
    const end = new KafkaContactFeed(settings, logDatabase.em, log, { batchSize: 10 }).follow(
      new ContactProjectionHandler(logDatabase.em),
      stop.signal,
    );
    const stopped = (): Promise<void> => {
      stop.abort();
      return end;
    };
    ends.push(stopped);
    return stopped;
  };

  const rows = (): Promise<unknown[]> =>
    boundSql(logDatabase.em.fork(), 'select * from contacts order by id');

  const caughtUp = async (position: bigint): Promise<void> => {
    expect(await progress.waitFor(position, 20_000)).toBe(true);
  };

  const story = (contacts: number): ContactEvent[] => {
    const streams = Array.from({ length: contacts }, () => new ContactStream());
    return [
      ...streams.map((stream, index) =>
        stream.updated({
          displayName: `Contact ${index}`,
          phoneNumbers: [{ value: '06 12', canonicalForm: null, type: null, primary: true }],
        }),
      ),
      ...streams.slice(0, contacts / 2).map((stream) => stream.updated({ displayName: 'Changed' })),
      ...streams.slice(0, contacts / 4).map((stream) => stream.deleted()),
      ...streams.slice(0, contacts / 8).map((stream) => stream.updated({ displayName: 'Back' })),
    ];
  };

  it('gives the rows that the log gives, and both are a fold of the log', async () => {
    const { em, notifications } = logDatabase;
    follow();
    await append(em, story(80));
    await caughtUp(await append(em, story(80)));
    const overKafka = await rows();

    await boundSql(em.fork(), 'truncate contacts');
    const stop = new AbortController();
    const end = new LogContactFeed(em, notifications, silentLog).follow(
      new ContactProjectionHandler(em),
      stop.signal,
    );
    await waitFor(async () => (await rows()).length === overKafka.length, { what: 'the rows from the log' });
    stop.abort();
    await end;
    expect(await rows()).toEqual(overKafka);

    const folded = new Map<string, ContactView | null>();
    for (const { event } of await wholeLog(em)) {
      folded.set(event.contactId, foldContact(folded.get(event.contactId) ?? null, event));
    }
    const queries = new ContactQueries(em);
    expect(folded.size).toBe(160);
    for (const [id, view] of folded) expect(await shownContact(queries, id)).toEqual(view);
  });

  it('that cannot store what it reads says so once, and once when it can again', async () => {
    const { em } = logDatabase;
    const log = recordingLog();
    follow(log);
    await caughtUp(await append(em, story(16)));
    await boundSql(
      em.fork(),
      `create function refuse() returns trigger language plpgsql as
       $$ begin raise exception 'This cannot be' using errcode = 'XX001'; end $$`,
    );
    await boundSql(
      em.fork(),
      'create trigger refuse before insert or update on contacts for each row execute function refuse()',
    );
    const last = await append(em, story(16));
    const lines = (words: string) => log.lines.filter(({ message }) => message.includes(words));
    const work = `applying records of ${names.events}`;
    await waitFor(() => lines(`${work} still fails`).length > 8, { what: 'it to try several times' });
    expect(lines(`${work} fails`)).toHaveLength(1);
    expect(lines('works again')).toEqual([]);
    await boundSql(em.fork(), 'drop function refuse cascade');
    await caughtUp(last);
    await waitFor(() => lines('works again').length > 0, { what: 'it to say that it works again' });
    expect(lines('works again').map(({ message }) => message)).toEqual([`${work} works again`]);
  });

  it('has a contact whole whose record had to be cut', async () => {
    const { em } = logDatabase;
    follow();
    const stream = new ContactStream();
    const biography = 'B'.repeat(2_000_000);
    await append(em, [
      stream.updated({ displayName: 'Long' }),
      stream.updated({ displayName: 'Long', biography }),
    ]);
    await caughtUp(await append(em, story(8)));

    expect(await shownContact(new ContactQueries(em), stream.id)).toMatchObject({ version: 2, biography });
    const records = (await readTopic(names.events)).filter(({ key }) => key === stream.id);
    expect(records.map(({ value }) => JSON.parse(value ?? '') as object)).toMatchObject([
      { version: 1 },
      { version: 2, truncatedFields: ['/contact/biography'] },
    ]);
  });

  it('gives the same rows with several processes that come and go', async () => {
    const { em } = logDatabase;
    const first = follow();
    follow();
    await append(em, story(40));
    await first();
    follow();
    await caughtUp(await append(em, story(40)));
    const shared = await rows();

    await Promise.all(ends.map((end) => end()));
    await boundSql(em.fork(), 'truncate contacts, projection_checkpoints');
    progress = newProgress();
    follow();
    await caughtUp((await wholeLog(em)).at(-1)?.position ?? 0n);
    expect(await rows()).toEqual(shared);
  });

  it('starts where the read model stands, whatever the broker remembers of the group', async () => {
    const stop = follow();
    await caughtUp(await append(logDatabase.em, story(20)));
    await stop();
    const before = await rows();

    const admin = outsideClient().admin();
    await admin.connect();
    const ahead = (await admin.fetchTopicOffsets(names.events)).map(({ partition, high }) => ({
      partition,
      offset: high,
    }));
    await admin.setOffsets({ groupId: names.group, topic: names.events, partitions: ahead });
    await admin.disconnect();
    await boundSql(logDatabase.em.fork(), 'truncate contacts, projection_checkpoints');
    progress = newProgress();
    follow();
    await waitFor(async () => (await rows()).length === before.length, {
      what: 'the rows to come back',
      timeoutMs: 20_000,
    });
  });

  it('puts aside what it cannot read, as it came and with its origin, and goes on', async () => {
    follow();
    const position = await append(logDatabase.em, story(5));
    await caughtUp(position);
    const stream = new ContactStream();
    const good = toKafkaMessage(
      { ...newEvent(stream.updated()), contactId: stream.id, position },
      'https://contacts.example',
    );
    const broken: Message[] = [
      { key: 'not json', value: '{', headers: { ...good.headers } },
      { key: 'no value', value: null, headers: { ...good.headers } },
      { key: 'no headers', value: good.value },
      { key: null, value: good.value, headers: { ...good.headers, ce_type: 'SomethingElse' } },
      { key: 'no position', value: good.value, headers: { ...good.headers, ce_position: 'first' } },
      { key: 'another shape', value: '{"contactId":7}', headers: { ...good.headers } },
      {
        key: 'bytes',
        value: Buffer.from([0xff, 0xfe, 0x00]),
        headers: { ...good.headers, extra: ['1', '2'] },
      },
    ].map((message) => ({ ...message, partition: 0 }));
    await produce(names.events, [...broken, { ...good, headers: { ...good.headers }, partition: 0 }]);
    await waitFor(() => new ContactQueries(logDatabase.em).get(stream.id), {
      what: 'the record behind the broken ones',
      timeoutMs: 20_000,
    });

    const letters = await readTopic(names.deadLetter);
    expect(new Set(letters.map(({ key }) => key))).toEqual(new Set(broken.map(({ key }) => key)));
    const records = await readTopic(names.events);
    for (const letter of letters) {
      const {
        dead_letter_error,
        dead_letter_topic,
        dead_letter_partition,
        dead_letter_offset,
        ...asReceived
      } = letter.headers;
      expect(dead_letter_error).toMatch(/\w+/);
      expect([dead_letter_topic, dead_letter_partition]).toEqual([names.events, '0']);
      const origin = records.find(
        ({ partition, offset }) => partition === 0 && String(offset) === dead_letter_offset,
      );
      expect({ key: letter.key, value: letter.value, headers: asReceived }).toEqual({
        key: origin?.key,
        value: origin?.value,
        headers: origin?.headers,
      });
    }
    // What was put aside counts as passed.
    await caughtUp(await append(logDatabase.em, story(5)));
    await waitFor(async () => (await progress.lag())?.events === 0, { what: 'the lag to return to 0' });
  });

  it('puts aside the one record of a batch that the database cannot hold, and keeps the others', async () => {
    follow();
    const position = await append(logDatabase.em, story(4));
    await caughtUp(position);
    const streams = Array.from({ length: 9 }, () => new ContactStream());
    const messages = streams.map((stream, index) => ({
      ...toKafkaMessage(
        {
          ...newEvent(stream.updated(index === 4 ? { updatedAt: '0000-01-01T00:00:00.000Z' } : {})),
          contactId: stream.id,
          position,
        },
        'https://contacts.example',
      ),
      partition: 0,
    }));
    await produce(
      names.events,
      messages.map((message) => ({ ...message, headers: { ...message.headers } })),
    );
    const queries = new ContactQueries(logDatabase.em);
    await waitFor(() => queries.get(streams.at(-1)?.id ?? ''), { what: 'the last', timeoutMs: 20_000 });
    const shown = await Promise.all(streams.map(({ id }) => queries.get(id)));
    expect(shown.map((view) => view !== null)).toEqual(streams.map((_, index) => index !== 4));
    const letters = await readTopic(names.deadLetter);
    expect(letters.map(({ key }) => key)).toEqual([streams[4]?.id]);
    expect(letters[0]?.headers.dead_letter_error).toContain('SQLSTATE 22');
  });

  it('holds a position only once its own partition has applied it', async () => {
    const position = await append(logDatabase.em, story(10));
    expect(await progress.holds(position)).toBe(false);
    expect(await progress.waitFor(position, 100)).toBe(false);
    expect((await progress.lag())?.events).toBe((await wholeLog(logDatabase.em)).length);
    follow();
    await caughtUp(position);
    expect(await progress.holds(position + 1n)).toBe(false);
    expect(await progress.lag()).toEqual({ events: 0, seconds: 0 });
  });

  it('is late by the oldest event that it lacks, not by those that other partitions have applied since', async () => {
    const stop = follow();
    await caughtUp(await append(logDatabase.em, story(20)));
    await stop();
    const now = new Date().toISOString();
    const fresh = Array.from({ length: 10 }, () => ({ ...new ContactStream().updated(), occurredAt: now }));
    await relayed(logDatabase.em, names.events, await append(logDatabase.em, fresh));
    // Those of the story are of months ago.
    expect(await progress.lag()).toEqual({ events: 10, seconds: expect.any(Number) });
    expect((await progress.lag())?.seconds).toBeLessThan(300);
  });

  const foldOfTheLog = async (): Promise<Map<string, ContactView | null>> => {
    const folded = new Map<string, ContactView | null>();
    for (const { event } of await wholeLog(logDatabase.em)) {
      folded.set(event.contactId, foldContact(folded.get(event.contactId) ?? null, event));
    }
    return folded;
  };

  const holdsTheLog = async (): Promise<void> => {
    const folded = await foldOfTheLog();
    const queries = new ContactQueries(logDatabase.em);
    for (const [id, view] of folded) expect(await shownContact(queries, id)).toEqual(view);
    expect(await progress.lag()).toEqual({ events: 0, seconds: 0 });
  };

  /** Appends while nobody reads, and waits until it is on the topic. */
  const appendUnread = async (contacts: number): Promise<bigint> => {
    const position = await append(logDatabase.em, story(contacts));
    await relayed(logDatabase.em, names.events, position);
    return position;
  };

  it.each([
    ['some of what was not read', (low: bigint, high: bigint) => low + (high - low) / 2n],
    ['all of it', (_: bigint, high: bigint) => high],
  ])('fills from the log when retention took %s', async (_, keptFrom) => {
    const stop = follow();
    await caughtUp(await append(logDatabase.em, story(20)));
    await stop();
    const position = await appendUnread(40);
    const stored = await new ContactProjectionHandler(logDatabase.em).checkpointsOf(names.events);
    await asAdmin(async (admin) => {
      const partitions = (await admin.fetchTopicOffsets(names.events)).map(({ partition, high }) => {
        const next = stored.find((entry) => entry.partition === partition)?.offset ?? 0n;
        return { partition, offset: String(keptFrom(next, BigInt(high))) };
      });
      await admin.deleteTopicRecords({ topic: names.events, partitions });
    });

    const log = recordingLog();
    follow(log);
    await caughtUp(position);
    await holdsTheLog();
    const warnings = log.lines.filter(({ level }) => level === 'warn');
    expect(warnings.map(({ fields }) => fields.partition).sort()).toEqual([0, 1, 2]);
    expect(warnings[0]?.message).toContain('filling from the event log');
    await caughtUp(await append(logDatabase.em, story(10)));
    await holdsTheLog();
  });

  it('fills an empty read model whose topic lost its beginning', async () => {
    const position = await appendUnread(30);
    await asAdmin(async (admin) => {
      const offsets = await admin.fetchTopicOffsets(names.events);
      const partitions = offsets.map(({ partition, high }) => ({ partition, offset: high }));
      await admin.deleteTopicRecords({ topic: names.events, partitions });
    });
    follow();
    await caughtUp(position);
    await holdsTheLog();
  });

  it.each([
    ['shorter than what was read', 2],
    ['longer than what was read', 200],
  ])('fills from the log what a topic that was made anew, %s, does not hold', async (_, contacts) => {
    const stop = follow();
    await caughtUp(await append(logDatabase.em, story(40)));
    await stop();
    await appendUnread(20);
    await relay.stop();
    await asAdmin(async (admin) => {
      await admin.deleteTopics({ topics: [names.events] });
      await waitFor(async () => !(await admin.listTopics()).includes(names.events), {
        what: 'the topic to go',
      });
      await createTopics(admin, [{ topic: names.events, numPartitions: 3 }]);
    });
    await append(logDatabase.em, story(contacts));
    relay = startRelay(logDatabase, settings);
    const position = await appendUnread(1);

    follow();
    await caughtUp(position);
    await waitFor(async () => (await progress.lag())?.events === 0, { what: 'the lag to return to 0' });
    await holdsTheLog();
  });

  it('keeps the newest of what comes again, in parts and in another order', async () => {
    const streams = Array.from({ length: 12 }, () => new ContactStream());
    const named = (displayName: string) => streams.map((stream) => stream.updated({ displayName }));
    follow();
    await caughtUp(await append(logDatabase.em, [...named('First'), ...named('Second')]));
    await relay.stop();
    const before = (await wholeLog(logDatabase.em)).length;
    await append(logDatabase.em, [...named('Third'), ...named('Fourth')]);
    const events = (await wholeLog(logDatabase.em)).map(({ position, event }) => {
      const { key, value, headers } = toKafkaMessage(
        { ...newEvent(event), contactId: event.contactId, position },
        'https://contacts.example',
      );
      return { key, value, headers: { ...headers } };
    });
    const half = events.slice(0, before / 2);
    await produce(names.events, [...half, ...events.slice(before).toReversed(), ...half.toReversed()]);
    const end = new ContactStream();
    await append(
      logDatabase.em,
      streams.slice(0, 6).map((stream) => stream.deleted()),
    );
    relay = startRelay(logDatabase, settings);
    await caughtUp(await append(logDatabase.em, [end.updated()]));
    await produce(names.events, [...events]);
    await waitFor(
      async () => {
        const ends = await asAdmin((admin) => admin.fetchTopicOffsets(names.events));
        const stands = await new ContactProjectionHandler(logDatabase.em).checkpointsOf(names.events);
        return ends.every(
          ({ partition, high }) =>
            String(stands.find((stand) => stand.partition === partition)?.offset ?? 0n) === high,
        );
      },
      { what: 'all to be read', timeoutMs: 20_000 },
    );
    await holdsTheLog();
    expect(await new DeadLetters(logDatabase.em).list({}, { limit: 1 })).toEqual({
      items: [],
      nextCursor: null,
    });
  });

  it("tells the broker where it stands, for Kafka's own tools", async () => {
    follow();
    await caughtUp(await append(logDatabase.em, story(40)));
    await waitFor(
      () =>
        asAdmin(async (admin) => {
          const ends = await admin.fetchTopicOffsets(names.events);
          const [group] = await admin.fetchOffsets({ groupId: names.group, topics: [names.events] });
          return ends.every(
            ({ partition, high }) =>
              group?.partitions.find((entry) => entry.partition === partition)?.offset === high,
          );
        }),
      { what: 'the committed offsets', timeoutMs: 20_000 },
    );
  });

  it('goes on when its topic is deleted under it', async () => {
    follow();
    await caughtUp(await append(logDatabase.em, story(30)));
    await asAdmin((admin) => admin.deleteTopics({ topics: [names.events] }));
    await caughtUp(await append(logDatabase.em, story(10)));
    await waitFor(async () => (await progress.lag())?.events === 0, { what: 'the lag to return to 0' });
    await holdsTheLog();
  });
});
