import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Contact } from '#contact';
import { type ContactView, foldContact, toKafkaMessage, topicNames } from '#contact-events';
import {
  ContactQueries,
  DeadLetters,
  TopicFeedGauge,
  ContactProjectionHandler,
  ReadModelPosition,
} from '#read-model';
import { KafkaContactFeed, type KafkaSettings, partitionOfKey } from '#kafka';
import { type Relay, RelayedPartitions } from '#publishing';

import { shownList } from '../support/shown-contacts.js';
import { brokenRecords } from '../support/broken-records.js';
import {
  kafkaSettings,
  outsideClient,
  produce,
  readTopic,
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
import { silentLog } from '../support/contact-feed-recording-log.js';
import { describeKafka } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';

const typed = { type: 'work' };
const primary = { ...typed, primary: true };
const date = { year: 1835, month: 7, day: 8 };

/** Every member says something. */
const FULL: Partial<Contact> = {
  givenName: 'Ada',
  familyName: 'Lovelace',
  middleName: 'King',
  honorificPrefix: 'Countess',
  honorificSuffix: 'I',
  nicknames: ['Enchantress'],
  emailAddresses: [{ value: 'ada@example.org', ...primary }],
  phoneNumbers: [{ value: '06 12', canonicalForm: '+33612', ...primary }],
  organizations: [{ name: 'Engine', title: 'Analyst', department: 'Numbers', primary: true }],
  addresses: [
    {
      formattedValue: 'London',
      streetAddress: "12 St James's Square",
      extendedAddress: 'Left',
      poBox: '1',
      city: 'London',
      region: 'Greater London',
      postalCode: 'SW1Y',
      country: 'United Kingdom',
      countryCode: 'GB',
      ...primary,
    },
  ],
  birthday: date,
  urls: [{ value: 'https://example.org', ...primary }],
  relations: [{ person: 'Byron', ...typed }],
  events: [{ ...date, ...typed }],
  imClients: [{ username: 'ada', protocol: 'jabber', ...typed }],
  userDefined: [{ key: 'machine', value: 'analytical' }],
  biography: 'The first.',
  photoUrl: 'https://example.org/ada.png',
  groups: ['contactGroups/myContacts'],
};

describeKafka('More than 1,000 kinds of broken records among good ones', () => {
  let logDatabase: LogDatabase;
  let settings: KafkaSettings;
  let projection: ContactProjectionHandler;
  let relay: Relay;
  let following: Promise<void>;
  const stop = new AbortController();

  beforeAll(async () => {
    logDatabase = await createLogDatabase();
    settings = kafkaSettings();
    projection = new ContactProjectionHandler(logDatabase.em);
    relay = startRelay(logDatabase, settings, { options: { batchSize: 5 } });
    following = new KafkaContactFeed(settings, logDatabase.em, silentLog, { batchSize: 100 }).follow(
      projection,
      stop.signal,
    );
  });
  afterAll(async () => {
    stop.abort();
    await following;
    await relay.stop();
    await logDatabase.close();
  });

  const sound = (): { value: string; headers: Record<string, string> } => {
    const stream = new ContactStream();
    const event = { ...newEvent(stream.updated(FULL)), contactId: stream.id, position: 1n };
    const { value, headers } = toKafkaMessage(event, 'https://contacts.example');
    return { value: value ?? '', headers: { ...headers } };
  };

  it('are put aside, each once, on the topic and in the list; the good ones all land, and none is left to read', async () => {
    const { em, notifications } = logDatabase;
    const names = topicNames(settings.topicPrefix);
    const table = new DeadLetters(em);
    const progress = new ReadModelPosition(
      em,
      new TopicFeedGauge(em, new RelayedPartitions(em), settings.topicPrefix, partitionOfKey),
      notifications,
    );

    const broken = brokenRecords(sound());
    expect(new Set(broken.map(({ kind }) => kind)).size).toBeGreaterThan(1_000);
    const streams = Array.from({ length: 50 }, () => new ContactStream());
    let position = await append(
      em,
      streams.map((stream) => stream.updated()),
    );
    expect(await progress.waitFor(position, 20_000)).toBe(true);
    for (let start = 0; start < broken.length; start += 100) {
      const part = broken.slice(start, start + 100).map(({ message }) => message);
      position = await append(
        em,
        streams.map((stream) => stream.updated({ ...FULL, displayName: `After ${start}` })),
      );
      await produce(names.events, part);
    }

    expect(await progress.waitFor(position, 60_000)).toBe(true);
    const admin = outsideClient().admin();
    await admin.connect();
    const ends = await admin.fetchTopicOffsets(names.events);
    await admin.disconnect();
    const unread = async (): Promise<bigint> => {
      const stands = await projection.checkpointsOf(names.events);
      return ends.reduce((sum, { partition, high }) => {
        const stand = stands.find((entry) => entry.partition === partition);
        return sum + BigInt(high) - (stand?.offset ?? 0n);
      }, 0n);
    };
    await waitFor(async () => (await unread()) === 0n, { what: 'all to be read', timeoutMs: 60_000 });
    expect(await progress.lag()).toEqual({ events: 0, seconds: 0 });
    const folded = new Map<string, ContactView | null>();
    for (const { event } of await wholeLog(em)) {
      folded.set(event.contactId, foldContact(folded.get(event.contactId) ?? null, event));
    }
    const queries = new ContactQueries(em);
    const shown = await shownList(queries, { limit: 500, includeDeleted: true });
    expect(new Map(shown.items.map((view) => [view.id, view]))).toEqual(folded);

    const ids = new Set(streams.map(({ id }) => id));
    const origins = (await readTopic(names.events))
      .filter(({ key }) => !ids.has(key ?? ''))
      .map(({ partition, offset }) => `${partition}/${offset}`)
      .sort();
    expect(origins).toHaveLength(broken.length);
    const onTopic = (await readTopic(names.deadLetter)).map(
      ({ headers }) => `${headers.dead_letter_partition}/${headers.dead_letter_offset}`,
    );
    expect(onTopic.sort()).toEqual(origins);
    const { items: listed } = await table.list({ state: 'open' }, { limit: 10_000 });
    expect(listed.map(({ partition, offset }) => `${partition}/${offset}`).sort()).toEqual(origins);
    expect(listed.every(({ error }) => error.length > 0 && error.length <= 500)).toBe(true);
  }, 180_000);
});
