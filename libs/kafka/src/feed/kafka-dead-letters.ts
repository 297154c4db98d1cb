import { type WorkLog } from '#platform';
import { type DeadLetters, type Origin, type RefusedRecord } from '#read-model';
import { CompressionTypes, type Kafka, type Message, Partitioners, type Producer } from 'kafkajs';

import { sentHeaders } from '../client/kafka-headers.js';
import { refusal } from '../client/refusals.js';

/**
 * Puts records aside as they came: on the dead-letter topic, with the error and where they came from in headers, and
 * in the table.
 */
export class KafkaDeadLetters {
  private producer: Producer | null = null;

  constructor(
    private readonly kafka: Kafka,
    private readonly topic: string,
    private readonly table: DeadLetters,
    private readonly log: WorkLog,
  ) {}

  /**
   * Skips what is in the table already, and what the topic refuses is in the table alone. The table comes last, so that
   * after a crash in between the topic may have a letter twice, but never lacks one.
   *
   * @throws when the broker or the database does not take them; the caller has to try again
   */
  async put(origin: Origin, letters: readonly RefusedRecord[]): Promise<void> {
    if (letters.length === 0) return;
    const unknown = await this.table.unknown(origin, letters);
    if (unknown.length === 0) return;
    await this.send(await this.connected(), origin, unknown);
    await this.table.add(origin, unknown);
  }

  async close(): Promise<void> {
    await this.producer?.disconnect();
    this.producer = null;
  }

  private async send(producer: Producer, origin: Origin, letters: readonly RefusedRecord[]): Promise<void> {
    try {
      await this.sendNow(
        producer,
        letters.map((letter) => asMessage(origin, letter)),
      );
    } catch (error) {
      if (refusal(error) === null) throw error;
      const [only] = letters;
      if (letters.length > 1) {
        const middle = Math.ceil(letters.length / 2);
        await this.send(producer, origin, letters.slice(0, middle));
        await this.send(producer, origin, letters.slice(middle));
      } else if (only !== undefined) {
        // The record fits without our headers only. It is still at its origin, which they name, and in the table.
        await this.sendShort(producer, { ...asMessage(origin, only), value: null });
      }
    }
  }

  private async sendShort(producer: Producer, message: Message): Promise<void> {
    try {
      await this.sendNow(producer, [message]);
    } catch (error) {
      const refused = refusal(error);
      if (refused === null) throw error;
      this.log.warn(
        { topic: this.topic, error: refused },
        'the dead-letter topic refuses a dead letter; it is in the table alone',
      );
    }
  }

  private async sendNow(producer: Producer, messages: Message[]): Promise<void> {
    await producer.send({ topic: this.topic, acks: -1, compression: CompressionTypes.GZIP, messages });
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

function asMessage({ topic, partition }: Origin, { received, error }: RefusedRecord): Message {
  return {
    key: received.key,
    value: received.value,
    headers: {
      ...sentHeaders(received.headers),
      dead_letter_error: error,
      dead_letter_topic: topic,
      dead_letter_partition: String(partition),
      dead_letter_offset: String(received.offset),
    },
  };
}
