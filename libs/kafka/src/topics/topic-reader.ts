import { type WorkLog } from '#platform';
import { type PartitionRange } from '#publishing';
// The other names of this CommonJS package are not seen as exports by Node's ESM loader.
import kafkajs, { type Kafka } from 'kafkajs';

import { asAdmin } from '../client/as-admin.js';
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
    const there = await asAdmin(this.kafka, (admin) => admin.listTopics());
    return topics.filter((topic) => there.includes(topic));
  }

  /** How long records stay at most; null: for ever, or it may not be read. Milliseconds. */
  async retentionMs(topic: string): Promise<number | null> {
    const configuration = {
      includeSynonyms: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: ['retention.ms'] }],
    };
    try {
      const { resources } = await asAdmin(this.kafka, (admin) => admin.describeConfigs(configuration));
      const value = Number(resources[0]?.configEntries[0]?.configValue);
      return value >= 0 ? value : null;
    } catch {
      // It needs a right of its own, and the topic may not be there.
      return null;
    }
  }

  /** By partition. */
  held(topic: string): Promise<ReadonlyMap<number, HeldOffsets>> {
    return heldOffsets(this.kafka, topic);
  }

  /** Hands out every record of a topic; none where there is no such topic. */
  async readAll(topic: string, take: (record: FetchedRecord) => Promise<void> | void): Promise<void> {
    if ((await this.existing([topic])).length === 0) return;
    const ranges = [...(await this.held(topic))].map(([partition, { first: from, end: to }]) => ({
      topic,
      partition,
      from,
      to,
    }));
    await this.read(ranges, take);
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
