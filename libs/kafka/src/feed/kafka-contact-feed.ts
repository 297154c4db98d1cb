import { setTimeout as delay } from 'node:timers/promises';

import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type TopicNames, topicNames } from '#contact-events';
import { errorForLog, type WorkLog, Backoff } from '#platform';
import { type ContactFeed, type ContactSubscriber, DeadLetters, Backfill, RecordReader } from '#read-model';
import { type Consumer, type Kafka } from 'kafkajs';

import { kafkaAdvice } from '../client/kafka-advice.js';
import { kafkaClient } from '../client/kafka-client.js';
import { type KafkaSettings } from '../client/kafka-settings.js';
import { heldOffsets } from '../topics/held-offsets.js';
import { KafkaTopics } from '../topics/kafka-topics.js';
import { KafkaAssignment, SESSION_MS } from './kafka-assignment.js';
import { KafkaBatchApplier } from './kafka-batch-applier.js';
import { KafkaDeadLetters } from './kafka-dead-letters.js';

export interface KafkaFeedOptions {
  /** Records a transaction, at most. */
  readonly batchSize?: number;
  /** Partitions that are worked on at a time; each holds a database connection while it commits. */
  readonly concurrency?: number;
}

/** How often the offsets that Kafka's own tools see are brought up to date. */
const COMMIT_EVERY_MS = 1_000;

/** What one rebalance gave, until the next one. */
interface GivenPartitions {
  readonly partitions: KafkaAssignment;
  end(): void;
}

/**
 * Reads the events topic as a member of the projection's consumer group.
 *
 * Whenever a consumer ends (because of the broker, the group or an error of its own), another one takes its place,
 * after longer and longer pauses. It goes on from the checkpoints that the subscriber has stored.
 */
export class KafkaContactFeed implements ContactFeed {
  readonly source: string;
  private readonly names: TopicNames;
  private readonly kafka: Kafka;
  private readonly topics: KafkaTopics;
  private readonly batchSize: number;
  private readonly concurrency: number;

  constructor(
    settings: KafkaSettings,
    private readonly em: SqlEntityManager,
    private readonly log: WorkLog,
    { batchSize = 1_000, concurrency = 3 }: KafkaFeedOptions = {},
  ) {
    this.names = topicNames(settings.topicPrefix);
    this.source = this.names.events;
    this.kafka = kafkaClient(settings, log);
    this.topics = new KafkaTopics(this.kafka, settings, log);
    this.batchSize = batchSize;
    this.concurrency = concurrency;
  }

  async follow(subscriber: ContactSubscriber, signal: AbortSignal): Promise<void> {
    const backoff = new Backoff(`consuming ${this.source}`, this.log, kafkaAdvice);
    while (!signal.aborted) {
      try {
        await this.consume(subscriber, signal, backoff);
      } catch (error) {
        this.topics.forget();
        await backoff.pause(error, signal);
      }
    }
  }

  /** One consumer's life. @throws what ended it, unless `signal` did */
  private async consume(subscriber: ContactSubscriber, signal: AbortSignal, backoff: Backoff): Promise<void> {
    await this.topics.ensure();
    const consumer = this.kafka.consumer({
      groupId: this.names.group,
      allowAutoTopicCreation: false,
      // How long an idle fetch stays open at the broker; a stop or a seek waits as long.
      maxWaitTimeInMs: 500,
      // How soon a member learns of a rebalance.
      heartbeatInterval: 1_000,
      // How long the partitions of a member that died wait for another one (kafkajs's default: 30 s).
      sessionTimeout: SESSION_MS,
      // A consumer that crashed is replaced by follow().
      retry: { retries: 5, initialRetryTime: 100, restartOnFailure: () => Promise.resolve(false) },
    });
    const deadLetters = new KafkaDeadLetters(
      this.kafka,
      this.names.deadLetter,
      new DeadLetters(this.em),
      this.log,
    );
    const reader = new RecordReader(this.em);
    const applier = new KafkaBatchApplier(subscriber, deadLetters, this.log, reader);
    const ending = new AbortController();
    const ended = AbortSignal.any([signal, ending.signal]);
    const crashed = new Promise<never>((_, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        reject(payload.error);
      });
    });
    // Awaited below, but it may come before that.
    crashed.catch(() => undefined);

    let assignment: GivenPartitions | null = null;
    let settled: Promise<unknown> = Promise.resolve();
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      if (assignment !== null) {
        assignment.end();
        settled = Promise.all([settled, assignment.partitions.settled()]);
      }
      const given = payload.memberAssignment[this.source] ?? [];
      assignment = this.assign(given, consumer, subscriber, applier, ended);
      // Without partitions there is nothing to fetch.
      if (given.length === 0) backoff.over();
      this.log.info({ partitions: given.length }, `reading ${this.source}`);
    });
    // A member may be in the group and still be refused the records.
    consumer.on(consumer.events.FETCH, () => {
      backoff.over();
    });
    const committing = this.commitOffsets(consumer, () => assignment?.partitions ?? null, ended);
    try {
      await consumer.connect();
      await consumer.subscribe({ topic: this.source, fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: this.concurrency,
        eachBatch: async (payload) => {
          await assignment?.partitions.handle(payload);
        },
      });
      await Promise.race([crashed, aborted(signal)]);
    } finally {
      ending.abort();
      await committing;
      await this.end(consumer, deadLetters);
      await Promise.all([settled, (assignment as GivenPartitions | null)?.partitions.settled()]);
    }
  }

  /** Only for Kafka's own tools, which show a group's lag by its committed offsets. */
  private async commitOffsets(
    consumer: Consumer,
    assignment: () => KafkaAssignment | null,
    signal: AbortSignal,
  ): Promise<void> {
    const backoff = new Backoff(`committing the offsets of ${this.names.group}`, this.log, kafkaAdvice);
    while (!signal.aborted) {
      await delay(COMMIT_EVERY_MS, undefined, { signal }).catch(() => undefined);
      const current = assignment();
      const offsets = current?.uncommitted() ?? [];
      try {
        if (offsets.length > 0) await consumer.commitOffsets(offsets);
        current?.wereCommitted(offsets);
        backoff.over();
      } catch (error) {
        if (!isRebalance(error)) await backoff.pause(error, signal);
      }
    }
  }

  private assign(
    partitions: readonly number[],
    consumer: Consumer,
    subscriber: ContactSubscriber,
    applier: KafkaBatchApplier,
    ended: AbortSignal,
  ): GivenPartitions {
    const over = new AbortController();
    const assignment = new KafkaAssignment({
      topic: this.source,
      partitions,
      consumer,
      held: () => heldOffsets(this.kafka, this.source),
      subscriber,
      applier,
      backfill: new Backfill(this.em, subscriber, this.batchSize),
      batchSize: this.batchSize,
      log: this.log,
      signal: AbortSignal.any([ended, over.signal]),
    });
    return {
      partitions: assignment,
      end: () => {
        over.abort();
      },
    };
  }

  private async end(consumer: Consumer, deadLetters: KafkaDeadLetters): Promise<void> {
    const results = await Promise.allSettled([consumer.disconnect(), deadLetters.close()]);
    for (const result of results) {
      if (result.status === 'rejected') {
        this.log.debug({ err: errorForLog(result.reason) }, 'a Kafka client did not disconnect');
      }
    }
  }
}

/** The group gives its members new partitions, and the offsets are committed after that. */
function isRebalance(error: unknown): boolean {
  return REBALANCES.has(errorForLog(error).code ?? '');
}

const REBALANCES: ReadonlySet<string> = new Set([
  'REBALANCE_IN_PROGRESS',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
]);

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}
