import { randomUUID } from 'node:crypto';

import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { topicNames, type TopicNames } from '#contact-events';
import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } from 'kafkajs';

import { spawnService, type SpawnedProcess } from '../crash/spawned-process.js';
import { outsideClient, readTopic } from '../support/contact-feed-kafka.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { describeOwnKafka, ownKafkaFolder } from '../support/own-kafka.js';
import { type SecuredKafka, startSecuredKafka } from '../support/secured-kafka.js';
import { startGoogle, type TestGoogle } from '../support/service.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { waitFor } from '../support/wait-for.js';

const CONTACTS = 30;
const USER = { name: 'contactstream', password: 'the-password-of-the-test' };

interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly err?: { readonly message: string };
}

describeOwnKafka('Over TLS, with a user of few rights, the service', () => {
  const { folder, remove } = ownKafkaFolder();
  let kafka: SecuredKafka;
  let google: TestGoogle;
  let database: TestDatabase;
  let names: TopicNames;
  let topicPrefix: string;
  let processes: SpawnedProcess[];

  beforeAll(async () => {
    [kafka, google] = await Promise.all([
      startSecuredKafka(folder, USER),
      startGoogle({ persons: CONTACTS }),
    ]);
  }, 90_000);
  afterAll(async () => {
    await Promise.all([kafka.kill(), google.stop()]);
    remove();
  });

  beforeEach(async () => {
    database = await createTestDatabase();
    topicPrefix = `test-${randomUUID().slice(0, 8)}.`;
    names = topicNames(topicPrefix);
    processes = [];
    await grantWhatTheReadmeNames();
  });
  afterEach(async () => {
    for (const process of processes) process.signal('SIGKILL');
    await Promise.all(processes.map(({ ended }) => ended));
    await database.drop();
  });

  const grantWhatTheReadmeNames = async (): Promise<void> => {
    const admin = outsideClient([kafka.brokers]).admin();
    await admin.connect();
    const { CREATE, READ, WRITE, DESCRIBE_CONFIGS } = AclOperationTypes;
    const toTopics = [CREATE, READ, WRITE, DESCRIBE_CONFIGS].flatMap((operation) => [
      {
        resourceType: AclResourceTypes.TOPIC,
        resourceName: `${topicPrefix}contacts.`,
        resourcePatternType: ResourcePatternTypes.PREFIXED,
        operation,
      },
      {
        resourceType: AclResourceTypes.TOPIC,
        resourceName: names.accounts,
        resourcePatternType: ResourcePatternTypes.LITERAL,
        operation,
      },
    ]);
    const toGroup = {
      resourceType: AclResourceTypes.GROUP,
      resourceName: names.group,
      resourcePatternType: ResourcePatternTypes.LITERAL,
      operation: READ,
    };
    await admin.createAcls({
      acl: [...toTopics, toGroup].map((entry) => ({
        ...entry,
        principal: `User:${USER.name}`,
        host: '*',
        permissionType: AclPermissionTypes.ALLOW,
      })),
    });
    await admin.disconnect();
  };

  /** @param more an empty variable counts as not set */
  const start = async (more: Record<string, string> = {}): Promise<SpawnedProcess> => {
    const process = await spawnService({
      ...serviceEnvironment(database, google),
      LOG_LEVEL: 'trace',
      KAFKA_BROKERS: kafka.secured,
      KAFKA_TOPIC_PREFIX: topicPrefix,
      KAFKA_PARTITIONS: '3',
      KAFKA_SSL: 'true',
      KAFKA_SASL_MECHANISM: 'scram-sha-512',
      KAFKA_SASL_USERNAME: USER.name,
      KAFKA_SASL_PASSWORD: USER.password,
      NODE_EXTRA_CA_CERTS: kafka.authority,
      ...more,
    });
    processes.push(process);
    return process;
  };

  const complaints = (service: SpawnedProcess): LogLine[] =>
    service
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as LogLine)
      .filter(({ level }) => ['warn', 'error'].includes(level));

  const status = async ({ call }: SpawnedProcess) =>
    (await call('GET', '/api/sync/status')).body as {
      relayLag: { events: number } | null;
      projectionLag: { events: number } | null;
      accounts: { contacts: number }[];
    };

  const caughtUp = (service: SpawnedProcess) =>
    waitFor(
      async () => {
        const { relayLag, projectionLag, accounts } = await status(service);
        return relayLag?.events === 0 && projectionLag?.events === 0 && accounts[0]?.contacts === CONTACTS;
      },
      { what: 'relay and projection', timeoutMs: 25_000 },
    );

  it.each([
    [
      'the password is wrong',
      { KAFKA_SASL_PASSWORD: 'another-password' },
      /look at KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD/,
      'scram-sha-512',
      'kafkajs',
    ],
    [
      'nobody vouches for the broker',
      { NODE_EXTRA_CA_CERTS: '' },
      /NODE_EXTRA_CA_CERTS/,
      'scram-sha-256',
      'kafkajs',
    ],
    ['it speaks no TLS', { KAFKA_SSL: 'false' }, /look at KAFKA_SSL/, 'plain', 'kafkajs'],
    [
      'it lacks rights',
      { KAFKA_TOPIC_PREFIX: 'of-others.' },
      /lacks rights/,
      'scram-sha-512',
      'platformatic',
    ],
  ] as const)(
    'syncs although %s, and says why nothing is published; put right it catches up',
    async (...given) => {
      const [, wrong, advice, mechanism, publisher] = given;
      const right = { KAFKA_SASL_MECHANISM: mechanism, KAFKA_PUBLISHER: publisher };
      const service = await start({ ...right, ...wrong });
      const { body } = await service.call('POST', '/api/sync', undefined, { prefer: 'respond-async' });
      await waitFor(
        async () =>
          (await service.call('GET', `/api/sync/runs/${(body as { id: string }).id}`)).body.state ===
          'succeeded',
        { what: 'the sync' },
      );
      const outage = 'contactstream_outage{work="publishing to Kafka"}';
      await waitFor(
        async () => (await (await fetch(`${service.url}/metrics`)).text()).includes(`${outage} 1`),
        { what: 'the metric to tell', timeoutMs: 20_000 },
      );
      await waitFor(() => service.output().split('publishing to Kafka still fails').length > 2, {
        what: 'further attempts',
        timeoutMs: 20_000,
      });
      const told = complaints(service).filter(({ msg }) => msg.startsWith('publishing to Kafka'));
      expect(told).toHaveLength(1);
      expect(told[0]?.msg).toMatch(advice);
      expect(await status(service)).toMatchObject({
        relayLag: { events: CONTACTS },
        projectionLag: { events: CONTACTS },
      });
      for (const password of [USER.password, 'another-password'])
        expect(service.output()).not.toContain(password);
      service.signal('SIGTERM');
      await service.ended;

      const mended = await start(right);
      await caughtUp(mended);
      expect(complaints(mended).filter(({ msg }) => msg.includes('KAFKA_'))).toEqual([]);
      expect(mended.output()).not.toContain(USER.password);
      const records = await readTopic(names.events, [kafka.brokers]);
      expect(new Set(records.map(({ key }) => key)).size).toBe(CONTACTS);
    },
    60_000,
  );
});
