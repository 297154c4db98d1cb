import { topicNames } from '#contact-events';
import { type PublishedTraces, type TopicTraces } from '#offboarding';
import { CodedError, type WorkLog } from '#platform';

import { type KafkaSettings } from '../client/kafka-settings.js';
import { type FetchedRecord } from '../topics/fetch-records.js';
import { TopicReader } from '../topics/topic-reader.js';

/** Reads whole topics: it is asked seldom. */
export class KafkaAccountTraces implements PublishedTraces {
  private readonly reader: TopicReader;

  constructor(
    private readonly settings: KafkaSettings,
    log: WorkLog,
  ) {
    this.reader = new TopicReader(settings, log);
  }

  /** @throws CodedError kafka-unavailable */
  async of(accountId: string): Promise<{ state: TopicTraces; others: TopicTraces[] }> {
    try {
      return await this.read(accountId);
    } catch (error) {
      throw new CodedError(
        'kafka-unavailable',
        'The topics could not be read: Kafka does not answer. Try again when it does.',
        {},
        { cause: error },
      );
    }
  }

  private async read(accountId: string): Promise<{ state: TopicTraces; others: TopicTraces[] }> {
    const { state, events, deadLetter, accounts } = topicNames(this.settings.topicPrefix);
    const isOfAccount = ({ headers }: FetchedRecord): boolean =>
      headers.ce_source === `/accounts/${accountId}`;
    // Of each contact the last record counts; those before it are gone with the next compaction.
    const latest = new Map<string, boolean>();
    await this.reader.readAll(state, (record) => {
      if (record.key !== null && isOfAccount(record)) latest.set(record.key, record.value !== null);
    });
    const others: TopicTraces[] = [];
    for (const topic of [events, deadLetter, accounts]) {
      let records = 0;
      await this.reader.readAll(topic, (record) => {
        if (isOfAccount(record)) records += 1;
      });
      others.push({ topic, records, retentionMs: await this.reader.retentionMs(topic) });
    }
    const records = [...latest.values()].filter((hasValue) => hasValue).length;
    return { state: { topic: state, records, retentionMs: null }, others };
  }
}
