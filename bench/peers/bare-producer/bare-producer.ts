import kafkajs, { type Producer } from 'kafkajs';

import { type ContactMessage } from '#contact-events';

export interface TopicNames {
  readonly events: string;
  readonly state: string;
}

const PARTITIONS = 12;
const BATCH = 500;
const ALL_REPLICAS = -1;

/** kafkajs alone, with the service's settings and payload. */
export class BareProducer {
  private readonly producer: Producer;
  private readonly topics: TopicNames;

  private constructor(producer: Producer, topics: TopicNames) {
    this.producer = producer;
    this.topics = topics;
  }

  static async connect(brokers: readonly string[], topics: TopicNames): Promise<BareProducer> {
    const kafka = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.ERROR });
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({
      // kafkajs gives up at the first broker that has not heard of the topic yet; the producer waits for it.
      waitForLeaders: false,
      topics: Object.values(topics).map((topic: string) => ({ topic, numPartitions: PARTITIONS })),
    });
    await admin.disconnect();
    const producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
    });
    await producer.connect();
    return new BareProducer(producer, topics);
  }

  async send(messages: readonly ContactMessage[]): Promise<void> {
    for (let at = 0; at < messages.length; at += BATCH) {
      const batch = messages
        .slice(at, at + BATCH)
        .map(({ key, value, headers }) => ({ key, value, headers: { ...headers } }));
      await this.producer.sendBatch({
        acks: ALL_REPLICAS,
        compression: kafkajs.CompressionTypes.GZIP,
        topicMessages: [
          { topic: this.topics.events, messages: batch },
          { topic: this.topics.state, messages: batch },
        ],
      });
    }
  }

  async close(): Promise<void> {
    await this.producer.disconnect();
  }
}
