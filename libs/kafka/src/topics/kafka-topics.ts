import { topicNames } from '#contact-events';
import { errorForLog, type WorkLog } from '#platform';
import { ExponentialBackoff, handleAll, retry } from 'cockatiel';
// The other names of this CommonJS package are not seen as exports by Node's ESM loader.
import kafkajs, { type Admin, type Kafka } from 'kafkajs';

import { type KafkaSettings } from '../client/kafka-settings.js';

export interface WantedTopic {
  readonly topic: string;
  readonly cleanup: 'compact' | 'delete';
}

/** The service's own topics. */
function serviceTopics(topicPrefix: string): WantedTopic[] {
  const names = topicNames(topicPrefix);
  return [
    { topic: names.events, cleanup: 'delete' },
    { topic: names.state, cleanup: 'compact' },
    { topic: names.deadLetter, cleanup: 'delete' },
  ];
}

/**
 * Makes topics that are missing. One that is there is never changed; where it is not as it should be, the log says so.
 */
export class KafkaTopics {
  private ensured: Promise<void> | null = null;

  constructor(
    private readonly kafka: Kafka,
    private readonly settings: KafkaSettings,
    private readonly log: WorkLog,
    private readonly wanted: readonly WantedTopic[] = serviceTopics(settings.topicPrefix),
  ) {}

  /** Looks once; after a failure, or `forget`, the next call looks again. */
  async ensure(): Promise<void> {
    this.ensured ??= this.ensureNow();
    try {
      await this.ensured;
    } catch (error) {
      this.ensured = null;
      throw error;
    }
  }

  /** To be called when a topic turns out to be gone. */
  forget(): void {
    this.ensured = null;
  }

  private async ensureNow(): Promise<void> {
    const { wanted } = this;
    const admin = this.kafka.admin();
    await admin.connect();
    try {
      const there = new Set(await admin.listTopics());
      const missing = wanted.filter(({ topic }) => !there.has(topic));
      for (const topic of missing) await this.create(admin, topic);
      if (missing.length > 0) await becomeUsable(admin, missing);
      await this.inspect(
        admin,
        wanted.filter(({ topic }) => there.has(topic)),
      );
    } finally {
      await admin.disconnect();
    }
  }

  private async create(admin: Admin, { topic, cleanup }: WantedTopic): Promise<void> {
    // False: another process was faster.
    const created = await admin
      .createTopics({
        // kafkajs gives up at the first broker that has not heard of the topic yet.
        waitForLeaders: false,
        topics: [
          {
            topic,
            numPartitions: this.settings.partitions,
            replicationFactor: this.settings.replicationFactor ?? BROKER_DEFAULT,
            configEntries: [{ name: 'cleanup.policy', value: cleanup }],
          },
        ],
      })
      .catch((error: unknown) => {
        // kafkajs wraps the error of the one topic.
        throw error instanceof kafkajs.KafkaJSAggregateError ? error.errors[0] : error;
      });
    if (created)
      this.log.info({ topic, partitions: this.settings.partitions, cleanup }, 'made a Kafka topic');
  }

  private async inspect(admin: Admin, existing: readonly WantedTopic[]): Promise<void> {
    if (existing.length === 0) return;
    const { topics } = await admin.fetchTopicMetadata({ topics: existing.map(({ topic }) => topic) });
    for (const { name, partitions } of topics) {
      if (partitions.length < this.settings.partitions) {
        this.log.warn(
          { topic: name, partitions: partitions.length, wanted: this.settings.partitions },
          'a Kafka topic has fewer partitions than configured; it is left as it is',
        );
      }
    }
    try {
      const policies = await cleanupPolicies(admin, existing);
      for (const { topic, cleanup } of existing) {
        const found = policies.get(topic);
        if (found === undefined || found === cleanup) continue;
        this.log.warn(
          { topic, cleanup: found, wanted: cleanup },
          'a Kafka topic has another cleanup policy than it should; it is left as it is',
        );
      }
    } catch (error) {
      // Reading a topic's configuration needs a right of its own, and neither publishing nor consuming needs that.
      this.log.warn({ err: errorForLog(error) }, "the Kafka topics' cleanup policies could not be read");
    }
  }
}

const BROKER_DEFAULT = -1;

/** A topic exists for a moment before every broker knows of it and its partitions have leaders. */
async function becomeUsable(admin: Admin, made: readonly WantedTopic[]): Promise<void> {
  const policy = retry(handleAll, {
    maxAttempts: 50,
    backoff: new ExponentialBackoff({ initialDelay: 20, maxDelay: 500 }),
  });
  await policy.execute(async () => {
    const { topics } = await admin.fetchTopicMetadata({ topics: made.map(({ topic }) => topic) });
    const leaderless = topics.find(({ partitions }) => partitions.some(({ leader }) => leader < 0));
    if (leaderless !== undefined) throw new Error(`Partitions of ${leaderless.name} have no leader yet`);
  });
}

async function cleanupPolicies(admin: Admin, topics: readonly WantedTopic[]): Promise<Map<string, string>> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map(({ topic }) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name: topic,
      configNames: ['cleanup.policy'],
    })),
  });
  return new Map(
    resources.flatMap(({ resourceName, configEntries }) =>
      configEntries.map(({ configValue }) => [resourceName, configValue] as const),
    ),
  );
}
