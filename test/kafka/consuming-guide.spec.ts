import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventJsonSchemas, type TopicNames, topicNames } from '#contact-events';
import { type KafkaSettings } from '#kafka';

import {
  createTopics,
  kafkaEnvironment,
  kafkaSettings,
  outsideClient,
  produce,
  readTopic,
  type TopicRecord,
} from '../support/contact-feed-kafka.js';
import { describeKafka, testBrokers } from '../support/kafka.js';
import { contactsOfRest, JAVASCRIPT, ReferenceConsumer } from '../support/reference-consumers.js';
import { startTestService, type TestService } from '../support/service.js';
import { waitFor } from '../support/wait-for.js';

/** The programs of the guide: code blocks whose language is followed by a file name. */
async function programs(): Promise<Map<string, string>> {
  const guide = await readFile('docs/consuming.md', 'utf8');
  const blocks = guide.matchAll(/^```\w+ ([\w-]+\.\w+)\n(.*?)^```$/gms);
  return new Map([...blocks].map(([, name = '', code = '']) => [name, code]));
}

const hasKcat = spawnSync('kcat', ['-V']).status === 0;
const itWithKcat = (name: string, test: () => Promise<void>) => {
  if (hasKcat) it(name, test);
  else it.skip(`${name} (skipped: kcat is not installed)`, test);
};

describeKafka("The consumer's guide", () => {
  let service: TestService;
  let settings: KafkaSettings;
  let names: TopicNames;
  let folder: string;
  /** A contact that was deleted and came back, so that its tombstone is still on the topic. */
  let restored: { readonly id: string; readonly resourceName: string };
  const running: ChildProcess[] = [];

  beforeAll(async () => {
    settings = kafkaSettings();
    names = topicNames(settings.topicPrefix);
    service = await startTestService(
      {
        ...kafkaEnvironment(settings),
        DELETION_GUARD: 'off',
      },
      { persons: 40 },
    );
    folder = await mkdtemp(path.join(tmpdir(), 'contactstream-guide-'));
    // Where the programs find kafkajs, ajv and cloudevents.
    await symlink(path.resolve('node_modules'), path.join(folder, 'node_modules'));
    for (const [name, code] of await programs()) {
      const here = code
        .replaceAll('127.0.0.1:9092', testBrokers().join())
        .replaceAll('contacts.events', names.events)
        .replaceAll('contacts.state', names.state);
      await writeFile(path.join(folder, name), here);
    }
    await service.api('POST', '/api/sync');
    await service.google.control('POST', '/control/persons/change', { edits: 10, creates: 5, deletes: 8 });
    await service.google.control('POST', '/control/persons', {
      names: ['Long Winded'],
      biographies: [{ value: 'words '.repeat(120_000) }],
    });
    await service.api('POST', '/api/sync');
    const { body } = await service.api('GET', '/api/contacts?limit=500&includeDeleted=true');
    const contacts = body.items as (typeof restored & { readonly deleted: boolean })[];
    restored = contacts.find(({ deleted }) => deleted) as typeof restored;
    const person = restored.resourceName.replace('people/', '');
    await service.google.control('POST', `/control/persons/${person}/restore`);
    await service.api('POST', '/api/sync');
  });
  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL');
    await service.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** @param environment in the place of what it is else told */
  const startWith = (environment: NodeJS.ProcessEnv, command: string, ...args: string[]) => {
    const { PATH, HOME } = process.env;
    const child = spawn(command, args, {
      cwd: folder,
      env: {
        PATH,
        HOME,
        KAFKA_BROKERS: testBrokers().join(),
        CONTACTSTREAM_URL: service.url,
        // kafkajs makes Node.js warn of a timer.
        NODE_NO_WARNINGS: '1',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.push(child);
    let [output, complaints] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
    const ended = new Promise<number | null>((settle) => child.once('close', settle));
    return {
      lines: () => output.split('\n').slice(0, -1),
      complaints: () => complaints,
      ended,
      stop: async () => {
        child.kill('SIGTERM');
        await ended;
      },
    };
  };

  const start = (command: string, ...args: string[]) => startWith({}, command, ...args);

  /** What every reader of the events topic has to come to: id, type, contact, version. */
  const eventLines = async (): Promise<string[]> =>
    (await readTopic(names.events))
      .map(({ key, headers }) =>
        [headers.ce_id, headers.ce_type, key, Number(headers.ce_contactversion)].join(' '),
      )
      .sort();

  it('leads to each event once, with data that fit their schema', async () => {
    const checking = start(process.execPath, 'check-events.mjs');
    const expected = await eventLines();
    const found = (): string[] => checking.lines();
    await waitFor(() => found().length >= expected.length, {
      what: 'the events',
      timeoutMs: 25_000,
    }).catch(() => undefined);
    expect([checking.complaints(), found().sort()]).toEqual(['', expected]);
    await checking.stop();
  });

  it('holds for a version 2 on a topic of its own: its programs stop at that, and read it once they know it', async () => {
    const topic = `${names.events}.v2`;
    const records = await readTopic(names.events);
    const admin = outsideClient().admin();
    await admin.connect();
    await createTopics(admin, [{ topic, numPartitions: 3 }]);
    await admin.disconnect();
    await produce(topic, records.map(inVersion2));
    const program = (await readFile(path.join(folder, 'check-events.mjs'), 'utf8')).replaceAll(
      names.events,
      topic,
    );
    const moved = async (group: string, change: (text: string) => string) => {
      await writeFile(
        path.join(folder, `${group}.mjs`),
        change(program.replace("'check-events'", `'${group}'`)),
      );
      return startWith({ CONTACTSTREAM_URL: next.url }, process.execPath, `${group}.mjs`);
    };
    const next = await nextRelease(service.url);
    try {
      const unprepared = await moved('unprepared', (text) => text);
      await waitFor(() => unprepared.complaints().includes('not for '), {
        what: 'it to stop',
        timeoutMs: 25_000,
      });
      expect(unprepared.complaints()).toMatch(
        /Written for contact-updated\/1\.json and contact-deleted\/1\.json, not for http.*\/api\/schemas\/contact-updated\/2\.json/,
      );
      await unprepared.stop();
      // Each contact begins with a ContactUpdated, so nothing was passed over.
      expect([unprepared.lines(), await committed('unprepared', topic)]).toEqual([[], []]);

      const prepared = await moved('prepared', (text) =>
        text.replace("'contact-updated/1.json'", "'contact-updated/1.json', 'contact-updated/2.json'"),
      );
      await waitFor(() => prepared.lines().length >= records.length, {
        what: 'the events',
        timeoutMs: 25_000,
      }).catch(() => undefined);
      // The same ids, contacts and versions as on the topic of version 1, on which nothing has changed.
      expect([prepared.complaints(), prepared.lines().sort()]).toEqual(['', await eventLines()]);
      await prepared.stop();
      expect(await readTopic(names.events)).toEqual(records);
    } finally {
      next.server.close();
    }
  });

  itWithKcat('is understood by librdkafka', async () => {
    const everything = start('sh', 'everything.sh');
    expect([await everything.ended, everything.complaints()]).toEqual([0, '']);
    const records = await readTopic(names.events);
    const text = everything.lines().join('\n');
    for (const { key, headers, value } of records) {
      expect(text).toContain(`ce_id=${headers.ce_id ?? ''},`);
      expect(text).toContain(`${key ?? ''}\n`);
      expect(text).toContain(`\n${value ?? ''}\n`);
    }

    const gone = start('sh', 'deleted-contacts.sh');
    expect([await gone.ended, gone.complaints()]).toEqual([0, '']);
    const states = await readTopic(names.state);
    expect(states.filter(({ key, value }) => key === restored.id && value === null)).toHaveLength(1);
    const { body } = await service.api('GET', '/api/contacts?limit=500&includeDeleted=true');
    const deleted = (body.items as { id: string; deleted: boolean }[]).filter((contact) => contact.deleted);
    expect(gone.lines().sort()).toEqual(deleted.map(({ id }) => id).sort());
    expect(deleted.length).toBeGreaterThan(0);
  });

  it('leads to a copy that equals REST, however large a contact is, and goes on where it was', async () => {
    const consumer = new ReferenceConsumer(JAVASCRIPT, path.join(folder, 'contacts.sqlite'), {
      KAFKA_BROKERS: testBrokers().join(),
      KAFKA_TOPIC_PREFIX: settings.topicPrefix,
      CONTACTSTREAM_URL: service.url,
    });
    await service.google.control('POST', '/control/persons/change', { edits: 35, creates: 9, deletes: 1 });
    await service.api('POST', '/api/sync');
    for (const creates of [1, 4]) {
      await produce(names.events, [{ key: `no contact ${creates}`, value: 'no JSON' }]);
      await service.google.control('POST', '/control/persons/change', { edits: 4, creates, deletes: 1 });
      await service.api('POST', '/api/sync');
      const { code, complaints } = await consumer.run();
      expect([code, complaints]).toEqual([0, '']);
      expect(consumer.contacts()).toEqual(await contactsOfRest(service.api));
    }
    expect(consumer.rows('select why from put_aside')).toEqual([
      // The first one lay before what it begins with.
      { why: 'not a CloudEvent 1.0 in binary mode' },
    ]);
  });

  it('has no program that is not run here', async () => {
    expect([...(await programs()).keys()].sort()).toEqual([
      'check-events.mjs',
      'deleted-contacts.sh',
      'everything.sh',
    ]);
  });
});

/** A version 2 of ContactUpdated, in which a contact's name has another name. */
const VERSION_2 = ((): object => {
  const { properties, ...schema } = eventJsonSchemas['contact-updated']?.['1'] as {
    properties: { contact: { properties: Record<string, object>; required: string[] } };
  };
  const { displayName = {}, ...others } = properties.contact.properties;
  const contact = {
    ...properties.contact,
    properties: { ...others, fullName: displayName },
    required: properties.contact.required.map((name) => (name === 'displayName' ? 'fullName' : name)),
  };
  return {
    ...schema,
    $id: 'urn:contactstream:schema:contact-updated:2',
    properties: { ...properties, contact },
  };
})();

/** The same event as a service sends it that publishes version 2 besides. */
function inVersion2({ key, value, headers }: TopicRecord) {
  if (headers.ce_type !== 'ContactUpdated' || value === null) return { key, value, headers };
  const { contact, ...data } = JSON.parse(value) as { contact: Record<string, unknown> };
  const { displayName, ...others } = contact;
  return {
    key,
    value: JSON.stringify({ ...data, contact: { ...others, fullName: displayName } }),
    headers: { ...headers, ce_dataschema: headers.ce_dataschema?.replace('/1.json', '/2.json') ?? '' },
  };
}

/** Serves the schema of version 2, and for everything else leads to the service. */
async function nextRelease(serviceUrl: string): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    if (request.url === '/api/schemas/contact-updated/2.json') response.end(JSON.stringify(VERSION_2));
    else response.writeHead(307, { location: serviceUrl + (request.url ?? '') }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Where a group has read to, of the partitions in which it has read anything. */
async function committed(groupId: string, topic: string): Promise<string[]> {
  const admin = outsideClient().admin();
  await admin.connect();
  const [offsets] = await admin.fetchOffsets({ groupId, topics: [topic] });
  await admin.disconnect();
  return (offsets?.partitions ?? []).map(({ offset }) => offset).filter((offset) => Number(offset) > 0);
}
