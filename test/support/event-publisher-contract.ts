import { randomUUID } from 'node:crypto';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ContactMessage, topicNames, type TopicNames } from '#contact-events';
import { type Acknowledgement, type EventPublisher, PublicationRefused, TopicMissing } from '#publishing';
import { type KafkaSettings } from '#kafka';
import { type Admin } from 'kafkajs';

import { kafkaSettings, outsideClient, readTopic, type TopicRecord } from './contact-feed-kafka.js';
import { HeldWire } from './held-wire.js';
import { testBrokers } from './kafka.js';
import { waitFor } from './wait-for.js';

/** What the relay needs of a publisher, whatever Kafka client it stands on. */
export function describePublisherContract(
  name: string,
  open: (settings: KafkaSettings) => EventPublisher | Promise<EventPublisher>,
): void {
  describe(`${name} keeps a publisher's promises:`, () => {
    let admin: Admin;
    let settings: KafkaSettings;
    let names: TopicNames;
    let publisher: EventPublisher;
    let wire: HeldWire;

    beforeAll(async () => {
      admin = outsideClient().admin();
      await admin.connect();
    });
    afterAll(() => admin.disconnect());
    beforeEach(async () => {
      wire = await HeldWire.to(testBrokers()[0] ?? '');
      settings = { ...kafkaSettings(), brokers: [wire.broker] };
      names = topicNames(settings.topicPrefix);
      publisher = await open(settings);
    });
    afterEach(async () => {
      await publisher.close();
      await wire.close();
    });

    let position = 0;
    /** No two have the same position. */
    const message = (key = randomUUID(), value: string | null = 'Zoë 林 💌'): ContactMessage => ({
      key,
      value,
      headers: { ce_id: randomUUID(), ce_position: String(++position), 'content-type': 'application/json' },
    });
    const several = (count: number): ContactMessage[] => Array.from({ length: count }, () => message());
    const toEvents = (...messages: ContactMessage[]): Promise<Acknowledgement[]> =>
      publisher.publish([{ topic: names.events, messages }]);
    const idsOf = (records: readonly Pick<TopicRecord, 'headers'>[]): (string | undefined)[] =>
      records.map(({ headers }) => headers.ce_id);

    it('makes the topics, and publishes to several at once, byte for byte', async () => {
      const [events, states] = [several(20), [message(), message(randomUUID(), null)]];
      await publisher.publish([
        { topic: names.events, messages: events },
        { topic: names.state, messages: states },
      ]);
      for (const [topic, sent] of [
        [names.events, events],
        [names.state, states],
      ] as const) {
        const records = (await readTopic(topic)).map(({ key, value, headers }) => ({ key, value, headers }));
        expect(records).toHaveLength(sent.length);
        expect(records).toEqual(expect.arrayContaining([...sent]));
      }
    });

    it('tells the offsets that each partition gave, and the position of the last message there', async () => {
      await toEvents(...several(10));
      const acknowledged = await toEvents(...several(30));
      const records = await readTopic(names.events);
      expect(acknowledged.map(({ partition }) => partition).sort()).toEqual([0, 1, 2]);
      let count = 0;
      for (const { topic, partition, firstOffset, lastOffset, lastPosition } of acknowledged) {
        count += Number(lastOffset - firstOffset) + 1;
        expect(topic).toBe(names.events);
        expect(records.filter((record) => record.partition === partition).at(-1)).toMatchObject({
          offset: lastOffset,
          headers: { ce_position: String(lastPosition) },
        });
      }
      expect(count).toBe(30);
    });

    it('keeps the order of a key over sends', async () => {
      const keys = Array.from({ length: 5 }, () => randomUUID());
      const sent = Array.from({ length: 60 }, (_, place) => message(keys[place % 5]));
      for (let start = 0; start < 60; start += 15) await toEvents(...sent.slice(start, start + 15));
      const records = await readTopic(names.events);
      for (const key of keys) {
        expect(idsOf(records.filter((record) => record.key === key))).toEqual(
          idsOf(sent.filter((one) => one.key === key)),
        );
      }
    });

    it("chooses the partition that Kafka's own clients choose, so that clients can change", async () => {
      const sent = several(30);
      await toEvents(...sent);
      const producer = outsideClient().producer();
      await producer.connect();
      await producer.send({
        topic: names.events,
        messages: sent.map(({ key }) => ({ key, value: 'theirs' })),
      });
      await producer.disconnect();
      const placed = (await readTopic(names.events)).map(({ key, partition }) => `${key} ${partition}`);
      expect(new Set(placed).size).toBe(30);
    });

    it('tries once, and has an unanswered send at most twice, in order, when it is told to repeat it', async () => {
      await toEvents(message());
      const sent = several(20);
      const before = wire.requests;
      wire.answerNext('is lost');
      await expect(toEvents(...sent)).rejects.toThrow();
      expect(wire.requests).toBe(before + 1);
      await waitFor(
        () =>
          toEvents(...sent).then(
            () => true,
            () => false,
          ),
        { what: 'the repetition to be acknowledged' },
      );
      const found = idsOf(await readTopic(names.events));
      for (const id of idsOf(sent)) expect([1, 2]).toContain(found.filter((one) => one === id).length);
    });

    it('tells when the messages are too large, and takes fewer of them', async () => {
      const key = randomUUID();
      const large = Array.from({ length: 4 }, () =>
        message(key, Array.from({ length: 16_000 }, () => randomUUID()).join('')),
      );
      await expect(toEvents(...large)).rejects.toThrow(PublicationRefused);
      for (const one of large) await toEvents(one);
      expect(new Set(idsOf(await readTopic(names.events)))).toEqual(new Set(idsOf(large)));
    });

    it.each([
      ['RECORD_LIST_TOO_LARGE', 18],
      ['POLICY_VIOLATION', 44],
      ['INVALID_RECORD', 87],
    ])(
      'tells that the broker will never take a message that it refuses with %s',
      async (refusal, errorCode) => {
        await toEvents(message());
        wire.answerNext({ errorCode });
        const error = await toEvents(message()).catch((caught: unknown) => caught);
        expect(error).toBeInstanceOf(PublicationRefused);
        expect((error as Error).message).toBe(refusal);
        expect(publisher.isRecognised(error)).toBe(false);
        await toEvents(message());
      },
    );

    it('tells when the broker would not recognise a repetition', async () => {
      await toEvents(message());
      const sent = message();
      wire.answerNext('is lost');
      const error = await toEvents(sent).catch((caught: unknown) => caught);
      const isRecognised = publisher.isRecognised(error);
      await waitFor(
        () =>
          toEvents(sent).then(
            () => true,
            () => false,
          ),
        { what: 'the repetition to be acknowledged' },
      );
      const found = idsOf(await readTopic(names.events)).filter((id) => id === sent.headers.ce_id);
      expect(found).toHaveLength(isRecognised ? 1 : 2);
    });

    it('tells when a topic is gone; asked where it ends it makes it anew, and publishes again', async () => {
      await toEvents(...several(5));
      await admin.deleteTopics({ topics: [names.events] });
      const late = message();
      await waitFor(
        () =>
          toEvents(late).then(
            () => false,
            (error: unknown) => error instanceof TopicMissing,
          ),
        { what: 'it to tell' },
      );
      const ends = await waitFor(() => publisher.ends([names.events]).catch(() => undefined), {
        what: 'the topic',
      });
      expect(ends.map(({ end }) => end)).toEqual([0n, 0n, 0n]);
      await waitFor(
        () =>
          toEvents(late).then(
            () => true,
            () => false,
          ),
        { what: 'the new topic to take it' },
      );
      expect(new Set(idsOf(await readTopic(names.events)))).toEqual(new Set(idsOf([late])));
    });

    it('tells where partitions end, of topics that it makes too', async () => {
      const empty = await publisher.ends([names.state]);
      expect(empty.map(({ partition, end }) => `${partition} ${end}`).sort()).toEqual(['0 0', '1 0', '2 0']);
      const acknowledged = await toEvents(...several(30));
      const ends = await publisher.ends([names.events, names.state]);
      expect(ends).toHaveLength(6);
      for (const { topic, partition, lastOffset } of acknowledged)
        expect(ends).toContainEqual({ topic, partition, end: lastOffset + 1n });
    });

    it('reads ranges as they are there, without what was deleted', async () => {
      for (let round = 0; round < 4; round += 1) await toEvents(...several(30));
      // kafkajs knows the topic's leaders only once it has asked for something else.
      await admin.fetchTopicOffsets(names.events);
      await admin.deleteTopicRecords({ topic: names.events, partitions: [{ partition: 0, offset: '4' }] });
      const ranges = [
        { topic: names.events, partition: 0, from: 1n, to: 7n },
        { topic: names.events, partition: 1, from: 3n, to: 9n },
        { topic: names.events, partition: 2, from: 5n, to: 5n },
      ];
      const read: (string | undefined)[] = [];
      await publisher.read(ranges, ({ topic, headers }) => {
        expect(topic).toBe(names.events);
        read.push(headers.ce_id);
      });
      const there = (await readTopic(names.events)).filter(({ partition, offset }) =>
        ranges.some((range) => range.partition === partition && offset >= range.from && offset < range.to),
      );
      expect(there).toHaveLength(9);
      expect(read).toEqual(idsOf(there));
    });

    it('gives up what is going on when it is closed', async () => {
      await toEvents(message());
      const held = wire.hold();
      const sending = toEvents(message());
      sending.catch(() => undefined);
      await held;
      const closed = publisher.close();
      await expect(sending).rejects.toThrow();
      await closed;
      await expect(toEvents(message())).rejects.toThrow();
    });
  });
}
