import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type TopicNames, topicNames } from '#contact-events';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { Kafka as KafkaBinding, type KafkaMessage } from 'cloudevents';
import kafkajs from 'kafkajs';

import {
  kafkaEnvironment,
  kafkaSettings,
  outsideClient,
  readTopic,
  type TopicRecord,
} from '../support/contact-feed-kafka.js';
import { describeKafka } from '../support/kafka.js';
import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

const { ConfigResourceTypes, Partitioners } = kafkajs;

/** The person whose messages are the examples of the published document. */
const ADA = {
  resourceName: 'people/c1815',
  names: [{ givenName: 'Ada', familyName: 'Lovelace' }],
  emailAddresses: [{ value: 'ada@example.org', type: 'work' }],
  phoneNumbers: [{ value: '01 02 03 04 05', canonicalForm: '+33102030405', type: 'home' }],
  birthdays: [{ date: { month: 12, day: 10 } }],
};

/** The key of a record that is no contact event. */
const STRANGER = 'somebody else';

/** What account-events.spec.ts sees: the account goes on here. */
const LATER_IN_LIFE = /account(NeedsSignIn|Disconnected|Erased)$/;

interface Document {
  channels: Record<
    string,
    {
      address: string;
      messages: Record<string, object>;
      bindings: {
        kafka: { partitions: number; topicConfiguration: { 'cleanup.policy': string[] } };
      };
    }
  >;
  components: {
    messages: Record<
      string,
      {
        headers: { required: string[] };
        payload: object;
        bindings: { kafka: { key: object } };
        examples: { headers: Record<string, string>; payload: unknown }[];
      }
    >;
  };
}

describeKafka('The messages that a service publishes', () => {
  let service: TestService;
  let names: TopicNames;
  let document: Document;

  beforeAll(async () => {
    const settings = kafkaSettings();
    names = topicNames(settings.topicPrefix);
    service = await startTestService(
      {
        ...kafkaEnvironment(settings),
        DELETION_GUARD: 'off',
        PUBLIC_URL: 'https://contacts.example',
      },
      { persons: 60 },
    );
    const { control } = service.google;
    await control('POST', '/control/persons', ADA);
    await service.api('POST', '/api/sync');
    await control('PATCH', '/control/persons/c1815', {
      phoneNumbers: [{ value: '06 12 34 56 78', canonicalForm: '+33612345678', type: 'mobile' }],
    });
    await control('POST', '/control/persons/change', { edits: 20, creates: 5, deletes: 10 });
    await service.api('POST', '/api/sync');
    await control('DELETE', '/control/persons/c1815');
    await service.api('POST', '/api/sync');
    const producer = outsideClient().producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    await producer.send({ topic: names.events, messages: [{ key: STRANGER, value: 'no contact event' }] });
    await producer.disconnect();
    await waitFor(async () => (await readTopic(names.deadLetter)).length > 0, {
      what: 'the dead letter',
      timeoutMs: 20_000,
    });
    document = (await service.api('GET', '/api/asyncapi.json')).body as Document;
  });
  afterAll(() => service.stop());

  it('are on the topics that the AsyncAPI document names, which are as it says', async () => {
    const channels = Object.values(document.channels);
    expect(channels.map(({ address }) => address)).toEqual([
      names.events,
      names.state,
      names.accounts,
      names.deadLetter,
    ]);
    const admin = outsideClient().admin();
    await admin.connect();
    const { topics } = await admin.fetchTopicMetadata({ topics: channels.map(({ address }) => address) });
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: channels.map(({ address }) => ({
        type: ConfigResourceTypes.TOPIC,
        name: address,
        configNames: ['cleanup.policy'],
      })),
    });
    await admin.disconnect();
    for (const { address, bindings } of channels) {
      const { partitions, topicConfiguration } = bindings.kafka;
      const policy = resources.find(({ resourceName }) => resourceName === address)?.configEntries[0];
      expect(topics.find(({ name }) => name === address)?.partitions).toHaveLength(partitions);
      expect(policy?.configValue).toBe(topicConfiguration['cleanup.policy'].join());
    }
  });

  it("fit their message's schemas in the AsyncAPI document, and have no header that it leaves out", async () => {
    const seen = new Set<string>();
    for (const { address, messages } of Object.values(document.channels)) {
      const ajv = new Ajv2020({ strict: false, validateFormats: false });
      const fits = Object.keys(messages).map((name) => ({
        name,
        headers: ajv.compile(document.components.messages[name]?.headers ?? false),
        payload: ajv.compile(document.components.messages[name]?.payload ?? false),
      }));
      for (const record of ours(await readTopic(address))) {
        const matching = fits.filter(
          ({ headers, payload }) => headers(record.headers) && payload(valueOf(record)),
        );
        // One and only one kind of message, so that a reader can tell them apart.
        expect([record, matching.map(({ name }) => name)]).toEqual([record, [expect.any(String)]]);
        const name = matching[0]?.name ?? '';
        seen.add(`${address} ${name}`);
        if (name === 'deadLetter') continue;
        expect(Object.keys(record.headers).sort()).toEqual(
          [
            ...(document.components.messages[name]?.headers.required ?? []),
            ...(name === 'contactTombstone' ? ['ce_reason'] : []),
          ].sort(),
        );
      }
    }
    expect([...seen].sort()).toEqual(
      Object.values(document.channels)
        .flatMap(({ address, messages }) => Object.keys(messages).map((name) => `${address} ${name}`))
        .filter((message) => !LATER_IN_LIFE.test(message))
        .sort(),
    );
  });

  it('are what the AsyncAPI document shows as examples', async () => {
    const events = await readTopic(names.events);
    const state = await readTopic(names.state);
    const ada = events.find(({ value }) => value?.includes(ADA.resourceName) === true)?.key;
    const { contactUpdated, contactDeleted, contactTombstone, deadLetter } = document.components.messages;
    const ofAda = (record: TopicRecord): boolean => record.key === ada;
    const pairs = [
      [contactUpdated, events.filter(ofAda)[1]],
      [contactDeleted, events.filter(ofAda)[2]],
      [contactTombstone, state.findLast(ofAda)],
      [deadLetter, (await readTopic(names.deadLetter))[0]],
    ] as const;
    for (const [message, record] of pairs) {
      const [example] = message?.examples ?? [];
      expect(timeless(example)).toEqual(
        timeless(record && { headers: record.headers, payload: valueOf(record) }),
      );
    }
  });

  it('are read as CloudEvents by the CloudEvents library, with data of the schema that they name', async () => {
    const ajv = new Ajv2020({ strict: true });
    const schemas = new Map<string, ValidateFunction>();
    const types = new Set<string>();
    for (const record of ours(await readTopic(names.events))) {
      const { key, headers, value } = record;
      const message: KafkaMessage = { key: key ?? '', headers, value, body: value };
      const event = KafkaBinding.toEvent<object>(message);
      if (Array.isArray(event)) throw new Error('One record is one event');
      expect(event).toMatchObject({
        specversion: '1.0',
        id: record.headers.ce_id,
        subject: record.key,
        partitionkey: record.key,
        datacontenttype: 'application/json',
      });
      const dataschema = event.dataschema ?? '';
      const known = schemas.get(dataschema);
      const validate =
        known ?? ajv.compile((await service.api('GET', new URL(dataschema).pathname)).body as object);
      schemas.set(dataschema, validate);
      expect([event.id, validate(event.data), validate.errors]).toEqual([event.id, true, null]);
      types.add(event.type);
    }
    expect(types).toEqual(new Set(['ContactUpdated', 'ContactDeleted']));
  });

  it('are shown on a page, which asks nobody else for anything', async () => {
    const answer = await fetch(`${service.url}/api/asyncapi`);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    const page = await answer.text();
    for (const part of [...Object.values(names).slice(0, 3), 'ContactDeleted', 'ce_position']) {
      expect(page).toContain(part);
    }
    for (const row of [
      '<code>contact.emailAddresses[].value</code></td><td>string</td>',
      '<code>contact.givenName</code></td><td>string | null</td>',
      '<code>truncatedFields</code><em>optional</em></td><td>string[]</td>',
    ]) {
      expect(page.replaceAll(/\s*(<[^>]+>)\s*/g, '$1')).toContain(row);
    }
    expect(page).not.toMatch(/<script|src=|https?:\/\/(?!contacts\.example|www\.asyncapi)/);
  });

  it('never carry other bytes under the same id, also when the whole log is sent again', async () => {
    const before = new Set(ours(await readTopic(names.events)).map(({ headers }) => headers.ce_id));
    // As if the relay had crashed before it ever moved its checkpoint; the next event makes it look.
    await sql(
      service.database,
      `with lost as (
         update leases set fencing_token = fencing_token + 1, owner = null, expires_at = clock_timestamp()
         where name like 'relay %'
       ) update relays set position = 0`,
    );
    await service.google.control('POST', '/control/persons', { names: ['Grace Hopper'] });
    await service.api('POST', '/api/sync', undefined, { prefer: 'respond-async' });
    const deliveries = await waitFor(
      async () => {
        const found = Map.groupBy(ours(await readTopic(names.events)), ({ headers }) => headers.ce_id);
        return [...before].every((id) => (found.get(id)?.length ?? 0) > 1) && found;
      },
      { what: 'everything to come again', timeoutMs: 25_000, everyMs: 200 },
    );
    for (const [id, records] of deliveries) {
      const distinct = new Set(
        records.map(({ key, value, headers }) => JSON.stringify([key, value, headers])),
      );
      expect([id, distinct.size]).toEqual([id, 1]);
    }
  });
});

/** Without the record that the test itself has put there. */
function ours(records: readonly TopicRecord[]): readonly TopicRecord[] {
  return records.filter(({ key, headers }) => key !== STRANGER || 'dead_letter_error' in headers);
}

function valueOf({ value, headers }: TopicRecord): unknown {
  return value !== null && headers['content-type'] === 'application/json' ? JSON.parse(value) : value;
}

/** A message with what differs from run to run made equal: ids in the order of their appearance, times, places. */
function timeless(
  message: { headers: Readonly<Record<string, string>>; payload: unknown } | undefined,
): unknown {
  const ids: string[] = [];
  const numbered = (id: string): string => {
    if (!ids.includes(id)) ids.push(id);
    return `id ${ids.indexOf(id)}`;
  };
  const headers = Object.entries(message?.headers ?? {}).sort();
  return JSON.parse(
    JSON.stringify({ headers, payload: message?.payload })
      .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, numbered)
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time')
      .replaceAll(/test-\w{8}\./g, '')
      .replaceAll(/("(?:ce_position|dead_letter_partition|dead_letter_offset)",)"\d+"/g, '$1"number"'),
  );
}
