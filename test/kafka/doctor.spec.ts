import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { topicNames } from '#contact-events';
import { type KafkaSettings } from '#kafka';

import { KAFKA_VERSION } from '../../apps/local/src/kafka/kafka-version.js';
import { changeTopic } from '../support/change-topic.js';
import { asAdmin, kafkaEnvironment, kafkaSettings } from '../support/contact-feed-kafka.js';
import { describeKafka } from '../support/kafka.js';
import { limitRecords } from '../support/limit-records.js';
import { startTestService, type TestService } from '../support/service.js';
import { waitFor } from '../support/wait-for.js';

/** Kafka's own programs; not there where it runs in Docker. */
const JARS = path.join(
  process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'),
  'contactstream',
  `kafka-${KAFKA_VERSION}`,
);

interface Check {
  readonly check: string;
  readonly area: string;
  readonly verdict: string;
  readonly found: string;
  readonly mend: string | null;
  readonly document: string;
}

describeKafka('The doctor, where there is Kafka,', () => {
  let service: TestService;
  let settings: KafkaSettings;
  beforeAll(async () => {
    settings = kafkaSettings();
    service = await startTestService(kafkaEnvironment(settings), { persons: 3 });
    await service.api('POST', '/api/sync');
  });
  afterAll(() => service.stop());

  const look = async (of: Pick<TestService, 'api'> = service): Promise<Check[]> =>
    (await of.api('GET', '/api/doctor')).body.checks as Check[];
  const notWell = (checks: readonly Check[]): Check[] => checks.filter(({ verdict }) => verdict !== 'ok');

  it('finds nothing where all is well, and says who relays', async () => {
    // The group has its members once Kafka has shared out the partitions.
    const checks = await waitFor(
      async () => {
        const found = await look();
        return notWell(found).length === 0 ? found : null;
      },
      { what: 'a doctor that finds nothing', timeoutMs: 30_000 },
    );
    const names = checks.filter(({ area }) => area === 'kafka').map(({ check }) => check);
    expect(names).toEqual([
      'kafka-brokers',
      'kafka-topics',
      'kafka-replicas',
      'kafka-settings',
      'kafka-group',
    ]);
    expect(checks.find(({ check }) => check === 'roles-relay')?.found).toMatch(/\S+:\d+ relays\.$/);
  });

  it('says that a topic keeps records for another time than the variable says', async () => {
    const { events } = topicNames(settings.topicPrefix);
    await asAdmin((admin) => changeTopic(admin, events, { 'retention.ms': '3600000' }));
    const other = (await look()).find(({ check }) => check === 'kafka-settings');
    expect(other?.verdict).toBe('warning');
    expect(other?.found).toContain(
      `${events} has retention.ms=3600000, and KAFKA_EVENTS_RETENTION says 7d (604800000)`,
    );
  });

  it('says that a topic takes no record of the size that may be sent', async () => {
    const { events, accounts } = topicNames(settings.topicPrefix);
    await asAdmin(async (admin) => {
      await limitRecords(admin, events, 100_000);
      await limitRecords(admin, accounts, 1_000);
    });
    const small = (await look()).find(({ check }) => check === 'kafka-settings');
    expect(small?.verdict).toBe('failed');
    expect(small?.found).toContain(`${events} takes records of 100000 bytes at most`);
    expect(small?.found).toContain(`${accounts} takes records of 1000 bytes at most`);
    expect(small?.document).toBe('docs/kafka.md#change-a-setting-of-a-topic');
    expect(small?.mend).toContain(`--entity-name ${events} --add-config max.message.bytes=528384`);
    expect(small?.mend).toContain(`--entity-name ${accounts} --add-config max.message.bytes=4096`);

    if (!existsSync(JARS)) return;
    for (const command of (small?.mend ?? '').split('; ')) {
      const [, ...args] = command.split(' ');
      await promisify(execFile)('java', ['-cp', path.join(JARS, '*'), 'kafka.admin.ConfigCommand', ...args]);
    }
    const mended = (await look()).find(({ check }) => check === 'kafka-settings');
    expect(mended?.found).not.toContain('bytes at most');
  }, 180_000);

  it('says that no broker answers, and tells the rest', async () => {
    const other = await startTestService({
      KAFKA_BROKERS: '127.0.0.1:9',
      GOOGLE_REFRESH_TOKEN: '',
      ROLES: 'api,scheduler',
    });
    try {
      const checks = await look(other);
      expect(checks.find(({ check }) => check === 'kafka-answers')).toMatchObject({
        verdict: 'failed',
        mend: expect.stringContaining('KAFKA_BROKERS'),
      });
      expect(checks.find(({ check }) => check === 'postgres-version')?.verdict).toBe('ok');
    } finally {
      await other.stop();
    }
  });
});
