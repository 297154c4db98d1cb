import { setTimeout as delay } from 'node:timers/promises';

import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type Consumer, type Kafka } from 'kafkajs';

import { type ContactFeed, type ContactSubscriber, DeadLetters, Backfill, RecordReader } from '#read-model';
import { errorForLog, type FeedLogger, Backoff } from '#platform';
import { heldOffsets } from './held-offsets.js';
import { KafkaAssignment, SESSION_MS } from './kafka-assignment.js';
import { KafkaBatchApplier } from './kafka-batch-applier.js';
import { kafkaAdvice } from './kafka-advice.js';
import { kafkaClient } from './kafka-client.js';
import { KafkaDeadLetters } from './kafka-dead-letters.js';
import { type KafkaSettings } from './kafka-settings.js';
import { type TopicNames, topicNames } from '#contact-events';
import { KafkaTopics } from './kafka-topics.js';

export interface KafkaFeedOptions {
  /** Records a transaction, at most. */
  readonly batchSize?: number;
  /** Partitions that are worked on at a time; each holds a database connection while it commits. */
  readonly concurrency?: number;
}

/** How old the offsets are, at most, that Kafka's tools see. */
const COMMIT_EVERY_MS = 1_000;

/** What one rebalance gave. */
interface GivenPartitions {
  readonly partitions: KafkaAssignment;
  end(): void;
}

/**
 * Reads the events topic as a member of the projection's consumer group.
 *
 * Whatever ends the consumer (the broker, the group, an error of its own), another one takes its place, with longer
 * and longer pauses; where it goes on is what the subscriber has stored.
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
    private readonly log: FeedLogger,
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
    const outage = new Backoff(`consuming ${this.source}`, this.log, kafkaAdvice);
    while (!signal.aborted) {
      try {
        await this.consume(subscriber, signal, outage);
      } catch (error) {
        this.topics.forget();
        await outage.pause(error, signal);
      }
    }
  }

  /** One consumer's life. @throws what ended it, unless `signal` did */
  private async consume(subscriber: ContactSubscriber, signal: AbortSignal, outage: Backoff): Promise<void> {
    await this.topics.ensure();
    const consumer = this.kafka.consumer({
      groupId: this.names.group,
      allowAutoTopicCreation: false,
      // How long an idle fetch stays open at the broker, and so the longest wait at a stop or a seek.
      maxWaitTimeInMs: 500,
      // How soon a member learns that the group shares out the partitions anew.
      heartbeatInterval: 1_000,
      // How long the partitions of one that died wait for another; kafkajs by itself has it 30 s.
      sessionTimeout: SESSION_MS,
      // A consumer that crashed is replaced by follow().
      retry: { retries: 5, initialRetryTime: 100, restartOnFailure: () => Promise.resolve(false) },
    });
    const deadLetters = new KafkaDeadLetters(this.kafka, this.names.deadLetter, new DeadLetters(this.em));
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
      outage.over();
      this.log.info({ partitions: given.length }, `reading ${this.source}`);
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

  /** For Kafka's own tools, which show a group's lag by its committed offsets; nothing here reads them. */
  private async commitOffsets(
    consumer: Consumer,
    assignment: () => KafkaAssignment | null,
    signal: AbortSignal,
  ): Promise<void> {
    while (!signal.aborted) {
      await delay(COMMIT_EVERY_MS, undefined, { signal }).catch(() => undefined);
      const current = assignment();
      const offsets = current?.uncommitted() ?? [];
      try {
        if (offsets.length > 0) await consumer.commitOffsets(offsets);
        current?.wereCommitted(offsets);
      } catch (error) {
        this.log.debug({ err: errorForLog(error) }, "the group's offsets were not committed");
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
      fill: new Backfill(this.em, subscriber, this.batchSize),
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

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}
