import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type TopicNames, topicNames } from '#contact-events';
import { type KafkaSettings } from '#kafka';

import { kafkaEnvironment, kafkaSettings, produce, readTopic } from '../support/contact-feed-kafka.js';
import { describeKafka, testBrokers } from '../support/kafka.js';
import { contactsOfRest, JAVASCRIPT, ReferenceConsumer } from '../support/reference-consumers.js';
import { startTestService, type TestService } from '../support/service.js';

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

  beforeAll(async () => {
    settings = kafkaSettings();
    names = topicNames(settings.topicPrefix);
    service = await startTestService(
      { ...kafkaEnvironment(settings), DELETION_GUARD: 'off' },
      { persons: 40 },
    );
    folder = await mkdtemp(path.join(tmpdir(), 'contactstream-guide-'));
    await service.api('POST', '/api/sync');
    await service.google.control('POST', '/control/persons/change', { edits: 10, creates: 5, deletes: 8 });
    await service.google.control('POST', '/control/persons', {
      names: ['Long Winded'],
      biographies: [{ value: 'words '.repeat(120_000) }],
    });
    await service.api('POST', '/api/sync');
  });
  afterAll(async () => {
    await service.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('leads to a copy that equals REST, however large a contact is, and goes on where it was', async () => {
    const consumer = new ReferenceConsumer(JAVASCRIPT, path.join(folder, 'contacts.sqlite'), {
      KAFKA_BROKERS: testBrokers().join(),
      KAFKA_TOPIC_PREFIX: settings.topicPrefix,
      CONTACTSTREAM_URL: service.url,
    });
    await produce(names.events, [{ key: 'no contact', value: 'no JSON' }]);
    await service.google.control('POST', '/control/persons/change', { edits: 35, creates: 9, deletes: 1 });
    await service.api('POST', '/api/sync');
    for (const creates of [1, 4]) {
      await service.google.control('POST', '/control/persons/change', { edits: 4, creates, deletes: 1 });
      await service.api('POST', '/api/sync');
      const { code, complaints } = await consumer.run();
      expect([code, complaints]).toEqual([0, '']);
      expect(consumer.contacts()).toEqual(await contactsOfRest(service.api));
    }
    expect(consumer.rows('select why from put_aside')).toEqual([
      { why: 'not a CloudEvent 1.0 in binary mode' },
    ]);
  });

  itWithKcat('is understood by librdkafka', async () => {
    const shell = async (name: string): Promise<string> => {
      const program = ((await programs()).get(name) ?? '')
        .replaceAll('127.0.0.1:9092', testBrokers().join())
        .replaceAll('contacts.events', names.events)
        .replaceAll('contacts.state', names.state);
      const { stdout, stderr } = await promisify(execFile)('sh', ['-c', program], { maxBuffer: 2 ** 26 });
      expect(stderr).toBe('');
      return stdout;
    };
    const text = await shell('everything.sh');
    for (const { key, headers, value } of await readTopic(names.events)) {
      if (headers.ce_id !== undefined) expect(text).toContain(`ce_id=${headers.ce_id},`);
      expect(text).toContain(`${key ?? ''}\n`);
      expect(text).toContain(`\n${value ?? ''}\n`);
    }

    const gone = (await shell('deleted-contacts.sh')).split('\n').slice(0, -1);
    const tombstones = (await readTopic(names.state)).filter(({ value }) => value === null);
    expect(gone.sort()).toEqual(tombstones.map(({ key }) => key).sort());
    expect(tombstones.length).toBeGreaterThan(0);
  });

  it('has no program that is not run here', async () => {
    expect([...(await programs()).keys()].sort()).toEqual(['deleted-contacts.sh', 'everything.sh']);
  });
});
