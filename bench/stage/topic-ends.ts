import { setTimeout as delay } from 'node:timers/promises';

import kafkajs from 'kafkajs';

/** How often the ends are asked for, and how long at most. */
const LOOK_MS = 5;
const LONGEST_MS = 120_000;

/** How many records topics have had so far, counted by a client of our own. */
export class TopicEnds {
  private admin: kafkajs.Admin;
  private readonly brokers: string[];

  private constructor(admin: kafkajs.Admin, brokers: string[]) {
    this.admin = admin;
    this.brokers = brokers;
  }

  static async connect(brokers: readonly string[]): Promise<TopicEnds> {
    return new TopicEnds(await connectAdmin([...brokers]), [...brokers]);
  }

  /** 0 for a topic that is not there yet, or whose partitions have no leader yet. */
  async of(topic: string): Promise<number> {
    try {
      const partitions = await this.admin.fetchTopicOffsets(topic);
      return partitions.reduce((sum, { high }) => sum + Number(high), 0);
    } catch (error) {
      if (!NOT_YET.has((error as { type?: string }).type ?? '')) throw error;
      // A client goes on asking the broker that was the leader once.
      await this.admin.disconnect();
      this.admin = await connectAdmin(this.brokers);
      return 0;
    }
  }

  /** Returns once the topic has had so many records. */
  async reach(topic: string, count: number): Promise<void> {
    const deadline = performance.now() + LONGEST_MS;
    for (;;) {
      const end = await this.of(topic);
      if (end >= count) return;
      if (performance.now() > deadline) throw new Error(`${topic} has ${end} records, not ${count}`);
      await delay(LOOK_MS);
    }
  }

  async close(): Promise<void> {
    await this.admin.disconnect();
  }
}

async function connectAdmin(brokers: string[]): Promise<kafkajs.Admin> {
  const admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  return admin;
}

const NOT_YET: ReadonlySet<string> = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'NOT_LEADER_FOR_PARTITION',
  'LEADER_NOT_AVAILABLE',
]);
