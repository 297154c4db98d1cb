import {
  CompressionTypes,
  type IHeaders,
  type Kafka,
  type KafkaMessage,
  Partitioners,
  type Producer,
} from 'kafkajs';

import { errorForLog } from '../error-for-log.js';

/** A record that could not be read or applied, and why. */
export interface DeadLetter {
  readonly message: KafkaMessage;
  /** What is wrong with it, without its values. */
  readonly error: string;
}

/** Puts records aside as they came, with the error and where they came from in headers. */
export class KafkaDeadLetters {
  private producer: Producer | null = null;

  constructor(
    private readonly kafka: Kafka,
    private readonly topic: string,
  ) {}

  /** @throws when the broker does not take them; the caller tries again, because they must not be lost */
  async put(source: { topic: string; partition: number }, letters: readonly DeadLetter[]): Promise<void> {
    if (letters.length === 0) return;
    const producer = await this.connected();
    for (const letter of letters) {
      try {
        await this.send(producer, source, letter, letter.message.value);
      } catch (error) {
        // The record fitted without our headers. It stays at its origin, which the headers name.
        if (errorForLog(error).code !== 'MESSAGE_TOO_LARGE') throw error;
        await this.send(producer, source, letter, null);
      }
    }
  }

  async close(): Promise<void> {
    await this.producer?.disconnect();
    this.producer = null;
  }

  private async send(
    producer: Producer,
    source: { topic: string; partition: number },
    { message, error }: DeadLetter,
    value: Buffer | null,
  ): Promise<void> {
    const headers: IHeaders = {
      ...message.headers,
      dead_letter_error: error,
      dead_letter_topic: source.topic,
      dead_letter_partition: String(source.partition),
      dead_letter_offset: message.offset,
    };
    await producer.send({
      topic: this.topic,
      acks: -1,
      compression: CompressionTypes.GZIP,
      messages: [{ key: message.key, value, headers }],
    });
  }

  private async connected(): Promise<Producer> {
    if (this.producer !== null) return this.producer;
    const producer = this.kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    this.producer = producer;
    return producer;
  }
}
