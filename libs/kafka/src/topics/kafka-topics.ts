import { LARGEST_VALUE_BYTES, topicNames } from '#contact-events';
import { errorForLog, formatDuration, type KafkaConfiguration, type WorkLog } from '#platform';
import { ExponentialBackoff, handleAll, retry } from 'cockatiel';
// The other names of this CommonJS package are not seen as exports by Node's ESM loader.
import kafkajs, { type Admin, type Kafka } from 'kafkajs';

import { asAdmin } from '../client/as-admin.js';
import { type KafkaSettings, type TopicTimes } from '../client/kafka-settings.js';

/** As Kafka calls them, in milliseconds. */
type TimeSetting = 'delete.retention.ms' | 'max.compaction.lag.ms' | 'retention.ms' | 'segment.ms';

interface Time {
  readonly ms: number;
  /** The variable that says so. */
  readonly variable: keyof KafkaConfiguration;
}

export interface WantedTopic {
  readonly topic: string;
  readonly cleanup: 'compact' | 'delete';
  /** Of the times that Kafka keeps what, those that are not left to the brokers. */
  readonly times?: Readonly<Partial<Record<TimeSetting, Time>>> | undefined;
  /** The largest record that it is sent, in bytes; left out: whatever it takes. */
  readonly largestRecord?: number;
  /** What becomes of one that does not fit. */
  readonly otherwise?: string;
}

/** Room for the key, the headers and what Kafka puts around them; an account's value fits into it, too. */
const FRAME_BYTES = 4_096;
const A_CONTACT = {
  largestRecord: LARGEST_VALUE_BYTES + FRAME_BYTES,
  otherwise: 'A contact that does not fit becomes a dead letter',
};
const AN_ACCOUNT = {
  largestRecord: FRAME_BYTES,
  otherwise: 'Nothing is published to it while a record does not fit',
};

/** All that the service makes. */
export function serviceTopics(settings: KafkaSettings): WantedTopic[] {
  return [...contactTopics(settings), ...accountTopics(settings)];
}

/** Its own topics for contacts. */
export function contactTopics({ topicPrefix, times }: KafkaSettings): WantedTopic[] {
  const names = topicNames(topicPrefix);
  return [
    eventsTopic(names.events, times),
    {
      topic: names.state,
      cleanup: 'compact',
      ...A_CONTACT,
      times: times && {
        'max.compaction.lag.ms': { ms: times.stateCompaction, variable: 'KAFKA_STATE_COMPACTION' },
        'delete.retention.ms': { ms: times.stateTombstones, variable: 'KAFKA_STATE_TOMBSTONES' },
        'segment.ms': segment(times),
      },
    },
    {
      topic: names.deadLetter,
      cleanup: 'delete',
      times: times && {
        'retention.ms': { ms: times.deadLetterRetention, variable: 'KAFKA_DEAD_LETTER_RETENTION' },
        'segment.ms': segment(times),
      },
    },
  ];
}

/** Its topic for the lives of accounts. */
export function accountTopics({ topicPrefix, times }: KafkaSettings): WantedTopic[] {
  return [{ ...eventsTopic(topicNames(topicPrefix).accounts, times), ...AN_ACCOUNT }];
}

/** A topic for every event of contacts: the service's own, or one of a replay. */
export function eventsTopic(topic: string, times: KafkaSettings['times']): WantedTopic {
  return {
    topic,
    cleanup: 'delete',
    ...A_CONTACT,
    times: times && {
      'retention.ms': { ms: times.eventsRetention, variable: 'KAFKA_EVENTS_RETENTION' },
      'segment.ms': segment(times),
    },
  };
}

function segment({ segment: ms }: TopicTimes): Time {
  return { ms, variable: 'KAFKA_SEGMENT' };
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
    private readonly wanted: readonly WantedTopic[] = contactTopics(settings),
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
    await asAdmin(this.kafka, async (admin) => {
      const there = new Set(await admin.listTopics());
      const missing = wanted.filter(({ topic }) => !there.has(topic));
      for (const topic of missing) await this.create(admin, topic);
      if (missing.length > 0) await becomeUsable(admin, missing);
      await this.countPartitions(admin);
      await this.inspect(admin);
    });
  }

  private async create(admin: Admin, { topic, cleanup, times = {} }: WantedTopic): Promise<void> {
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
            configEntries: [
              { name: 'cleanup.policy', value: cleanup },
              ...Object.entries(times).map(([name, { ms }]) => ({ name, value: String(ms) })),
            ],
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

  /** Of those made now too: another process may have been faster, with another number. */
  private async countPartitions(admin: Admin): Promise<void> {
    const { topics } = await admin.fetchTopicMetadata({ topics: this.wanted.map(({ topic }) => topic) });
    for (const { name, partitions } of topics) {
      if (partitions.length < this.settings.partitions) {
        this.warn(
          { topic: name, partitions: partitions.length, wanted: this.settings.partitions },
          'a Kafka topic has fewer partitions than configured; it is left as it is',
        );
      }
    }
  }

  private async inspect(admin: Admin): Promise<void> {
    try {
      const settings = await topicSettings(admin, this.wanted);
      for (const wanted of this.wanted) {
        for (const { fields, message } of settingFaults(wanted, settings.get(wanted.topic))) {
          this.warn(fields, message);
        }
      }
    } catch (error) {
      // Reading a topic's configuration needs a right of its own, and neither publishing nor consuming needs that.
      this.warn({ err: errorForLog(error) }, "the Kafka topics' settings could not be read");
    }
  }

  /** Once, however often and by whomever of this process the topics are looked at. */
  private warn(fields: object, message: string): void {
    const told = TOLD.get(this.log) ?? new Set();
    TOLD.set(this.log, told);
    const line = `${message} ${JSON.stringify(fields)}`;
    if (told.has(line)) return;
    told.add(line);
    this.log.warn(fields, message);
  }
}

/** Warnings by the log that has them. */
const TOLD = new WeakMap<WorkLog, Set<string>>();

export interface SettingFault {
  /** What it should be, as Kafka's own programs are told. */
  readonly wanted: { readonly topic: string; readonly setting: string; readonly value: string };
  readonly fields: object;
  readonly message: string;
  /** Whether the service is worse off for it; else somebody may have meant it so. */
  readonly doesHarm: boolean;
}

/** What is not as it should be of a topic. @param found its settings, as far as they are known */
export function settingFaults(
  { topic, cleanup, times = {}, largestRecord = 0, otherwise = '' }: WantedTopic,
  found: ReadonlyMap<string, string> | undefined,
): SettingFault[] {
  const policy = found?.get('cleanup.policy');
  const faults: SettingFault[] = [];
  if (policy !== undefined && policy !== cleanup) {
    faults.push({
      wanted: { topic, setting: 'cleanup.policy', value: cleanup },
      fields: { topic, cleanup: policy, wanted: cleanup },
      message: `${topic} has the cleanup policy ${policy}, and should have ${cleanup}; it is left as it is`,
      doesHarm: true,
    });
  }
  for (const setting of SIZE_LIMITS) {
    const limit = Number(found?.get(setting) ?? Number.POSITIVE_INFINITY);
    if (limit >= largestRecord) continue;
    faults.push({
      wanted: { topic, setting, value: String(largestRecord) },
      fields: { topic, setting, limit, wanted: largestRecord },
      message:
        `${topic} takes records of ${limit} bytes at most, and this service may send ${largestRecord}: set ` +
        `${setting} of the topic to ${largestRecord} or more. ${otherwise}`,
      doesHarm: true,
    });
  }
  for (const [setting, { ms, variable }] of Object.entries(times)) {
    const value = found?.get(setting);
    if (value === undefined || Number(value) === ms) continue;
    faults.push({
      wanted: { topic, setting, value: String(ms) },
      fields: { topic, setting, found: value, wanted: ms },
      message:
        `${topic} has ${setting}=${value}, and ${variable} says ${formatDuration(ms)} (${ms}); it is left as it is: ` +
        'set one of them to what you mean',
      doesHarm: false,
    });
  }
  return faults;
}

/** What bounds the size of a record, which is sent in a batch of its own if need be. */
const SIZE_LIMITS = ['max.message.bytes', 'segment.bytes'] as const;

const TIME_SETTINGS: readonly TimeSetting[] = [
  'delete.retention.ms',
  'max.compaction.lag.ms',
  'retention.ms',
  'segment.ms',
];

const BROKER_DEFAULT = -1;

/**
 * A topic exists for a moment before every broker knows of it and its partitions have leaders; and a broker is told to be
 * one a moment before it is, so that each is asked for what only a leader answers: where its partitions end.
 */
async function becomeUsable(admin: Admin, made: readonly WantedTopic[]): Promise<void> {
  const policy = retry(handleAll, {
    maxAttempts: 50,
    backoff: new ExponentialBackoff({ initialDelay: 20, maxDelay: 500 }),
  });
  await policy.execute(async () => {
    const { topics } = await admin.fetchTopicMetadata({ topics: made.map(({ topic }) => topic) });
    const leaderless = topics.find(({ partitions }) => partitions.some(({ leader }) => leader < 0));
    if (leaderless !== undefined) throw new Error(`Partitions of ${leaderless.name} have no leader yet`);
    for (const { topic } of made) await admin.fetchTopicOffsets(topic);
  });
}

/** By topic and name, as they apply: a topic that has none of its own has the brokers'. */
export async function topicSettings(
  admin: Admin,
  topics: readonly WantedTopic[],
): Promise<Map<string, Map<string, string>>> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map(({ topic }) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name: topic,
      configNames: ['cleanup.policy', ...SIZE_LIMITS, ...TIME_SETTINGS],
    })),
  });
  return new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
    ]),
  );
}
