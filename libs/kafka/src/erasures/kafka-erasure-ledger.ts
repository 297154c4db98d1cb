import { topicNames } from '#contact-events';
import { type ErasureLedger, type ErasureRecord, readErasureRecord } from '#offboarding';
import { type WorkLog } from '#platform';

import { type KafkaSettings } from '../client/kafka-settings.js';
import { KafkaEventPublisher } from '../publisher/kafka-event-publisher.js';
import { TopicReader } from '../topics/topic-reader.js';

/** A compacted topic: the last record of each account stays for ever. */
export class KafkaErasureLedger implements ErasureLedger {
  readonly place: string;
  private readonly topic: string;
  private readonly publisher: KafkaEventPublisher;
  private readonly reader: TopicReader;

  constructor(settings: KafkaSettings, log: WorkLog) {
    this.topic = topicNames(settings.topicPrefix).erasures;
    this.place = `the topic ${this.topic}`;
    this.publisher = new KafkaEventPublisher(settings, log, [{ topic: this.topic, cleanup: 'compact' }]);
    this.reader = new TopicReader(settings, log);
  }

  async record(erasure: ErasureRecord): Promise<void> {
    const message = {
      key: erasure.accountId,
      value: JSON.stringify(erasure),
      headers: { 'content-type': 'application/json' },
    };
    await this.publisher.publish([{ topic: this.topic, messages: [message] }]);
  }

  async read(): Promise<ErasureRecord[]> {
    const records = new Map<string, ErasureRecord>();
    await this.reader.readAll(this.topic, ({ partition, offset, value }) => {
      const place = `partition ${partition}, offset ${offset} of ${this.topic}`;
      const record = readErasureRecord(value ?? '', place);
      records.set(record.accountId, record);
    });
    return [...records.values()];
  }

  close(): Promise<void> {
    return this.publisher.close();
  }
}
