import { type WorkLog } from '#platform';
import { type PartitionRange } from '#publishing';
import { type Kafka } from 'kafkajs';

import { kafkaClient } from '../client/kafka-client.js';
import { type KafkaSettings } from '../client/kafka-settings.js';
import { type FetchedRecord, fetchRecords } from './fetch-records.js';
import { heldOffsets, type HeldOffsets } from './held-offsets.js';

/** Reads what topics hold, without a consumer group. */
export class TopicReader {
  private readonly kafka: Kafka;

  constructor(settings: KafkaSettings, log: WorkLog) {
    this.kafka = kafkaClient(settings, log);
  }

  /** Those of the topics that are there. */
  async existing(topics: readonly string[]): Promise<string[]> {
    const admin = this.kafka.admin();
    await admin.connect();
    const there = await admin.listTopics().finally(() => admin.disconnect());
    return topics.filter((topic) => there.includes(topic));
  }

  /** By partition. */
  held(topic: string): Promise<ReadonlyMap<number, HeldOffsets>> {
    return heldOffsets(this.kafka, topic);
  }

  /**
   * Hands out the records that are still there, range by range.
   *
   * @throws when the broker does not hold what it said it holds
   */
  read(
    ranges: readonly PartitionRange[],
    take: (record: FetchedRecord) => Promise<void> | void,
  ): Promise<void> {
    return fetchRecords(this.kafka, ranges, take);
  }
}
