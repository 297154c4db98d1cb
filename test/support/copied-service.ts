import { randomBytes, randomUUID } from 'node:crypto';

import { type ContactEvent } from '#contact';
import { topicNames, type TopicNames } from '#contact-events';
import { boundSql } from '#platform';
import { type Admin } from 'kafkajs';

import { spawnService, type SpawnedProcess } from '../crash/spawned-process.js';
import { changeTopic } from './change-topic.js';
import { outsideClient } from './contact-feed-kafka.js';
import { append, ContactStream, createLogDatabase, type LogDatabase } from './contact-feed-log.js';
import { ContactsCopy, type Positions } from './contacts-copy.js';
import { serviceEnvironment } from './service-environment.js';
import { waitFor } from './wait-for.js';

/** Nobody: the log is written by the test. */
const GOOGLE = { url: 'http://127.0.0.1:1' };

/** How Kafka calls what a topic takes of old records; 0: a record that is a millisecond old comes too late. */
const OLDEST = 'message.timestamp.before.max.ms';
const ANY_AGE = '9223372036854775807';

/** A real service process whose two topics can be made to fail one at a time, and copies of what it publishes. */
export class CopiedService {
  private constructor(
    private readonly brokers: readonly string[],
    private readonly logDatabase: LogDatabase,
    private readonly admin: Admin,
    private readonly topicPrefix: string,
    readonly names: TopicNames,
    private service: SpawnedProcess,
  ) {}

  static async start(brokers: readonly string[]): Promise<CopiedService> {
    const topicPrefix = `test-${randomUUID().slice(0, 8)}.`;
    const logDatabase = await createLogDatabase();
    const admin = outsideClient(brokers).admin();
    await admin.connect();
    const service = await spawn(brokers, topicPrefix, logDatabase);
    return new CopiedService(brokers, logDatabase, admin, topicPrefix, topicNames(topicPrefix), service);
  }

  async stop(): Promise<void> {
    await this.kill();
    await this.admin.disconnect();
    await this.logDatabase.close();
  }

  async kill(): Promise<void> {
    this.service.signal('SIGKILL');
    await this.service.ended;
  }

  async startAgain(): Promise<void> {
    // What time would do in half a minute.
    await boundSql(this.logDatabase.em.fork(), 'update leases set expires_at = clock_timestamp()');
    this.service = await spawn(this.brokers, this.topicPrefix, this.logDatabase);
  }

  /**
   * Appends to the log, in one transaction. With them goes a contact that takes Kafka's client some milliseconds to
   * compress, so that a topic that takes no old records takes none of these.
   */
  async change(...events: ContactEvent[]): Promise<void> {
    const slow = new ContactStream().updated({ biography: randomBytes(150_000).toString('hex') });
    await append(this.logDatabase.em, [slow, ...events]);
  }

  /** Sends to that topic fail, and are tried again, until it accepts them. */
  async refuse(role: 'events' | 'state'): Promise<void> {
    await this.set(role, { [OLDEST]: '0' });
  }

  async accept(role: 'events' | 'state'): Promise<void> {
    await this.set(role, { [OLDEST]: ANY_AGE });
  }

  async set(role: 'events' | 'state', settings: Readonly<Record<string, string>>): Promise<void> {
    await changeTopic(this.admin, this.names[role], settings);
  }

  /** Runs a change of which one topic takes everything and the other one nothing. */
  async takenBy(role: 'events' | 'state', change: () => Promise<void>): Promise<void> {
    const other = role === 'events' ? 'state' : 'events';
    const [end, otherEnd] = [await this.end(role), await this.end(other)];
    await this.refuse(other);
    await change();
    await waitFor(async () => (await this.end(role)) > end, { what: `${role} to be published` });
    if ((await this.end(other)) !== otherEnd) throw new Error(`${other} was published too`);
  }

  async positions(): Promise<Positions> {
    return (await this.service.call('GET', '/api/positions')).body as Positions;
  }

  async caughtUp(): Promise<void> {
    await waitFor(
      async () => {
        const { logEnd, ...others } = await this.positions();
        return [others.published, others.publishedState, others.projected].every((one) => one === logEnd);
      },
      { what: 'both topics and the read model to be caught up', timeoutMs: 40_000 },
    );
  }

  copy(): ContactsCopy {
    return new ContactsCopy(this.brokers, this.names, () => this.positions());
  }

  /** What REST shows: id and version of each contact that is not deleted. */
  async shown(): Promise<string[]> {
    const { body } = await this.service.call('GET', '/api/contacts?limit=500');
    return (body.items as { id: string; version: number }[])
      .map(({ id, version }) => `${id} ${version}`)
      .sort();
  }

  async end(role: 'events' | 'state'): Promise<number> {
    const [partition] = await this.admin.fetchTopicOffsets(this.names[role]);
    return Number(partition?.high);
  }

  /** As somebody does who wants other settings. The new one refuses at first. */
  async makeStateAnew(): Promise<void> {
    const topic = this.names.state;
    const isThere = async () => (await this.admin.listTopics()).includes(topic);
    await this.admin.deleteTopics({ topics: [topic] });
    await waitFor(async () => !(await isThere()), { what: `${topic} to be gone` });
    const configEntries = [
      { name: 'cleanup.policy', value: 'compact' },
      { name: OLDEST, value: '0' },
    ];
    await this.admin.createTopics({ waitForLeaders: false, topics: [{ topic, configEntries }] });
  }
}

function spawn(
  brokers: readonly string[],
  topicPrefix: string,
  { database }: LogDatabase,
): Promise<SpawnedProcess> {
  return spawnService({
    ...serviceEnvironment(database, GOOGLE),
    KAFKA_BROKERS: brokers.join(),
    KAFKA_TOPIC_PREFIX: topicPrefix,
    KAFKA_PARTITIONS: '1',
    ROLES: 'api,relay,projector',
  });
}
