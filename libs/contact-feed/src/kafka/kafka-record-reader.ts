import { type ContactRecord } from '#contact-events';
import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { lastPosition } from '#event-store';
import { type KafkaMessage } from 'kafkajs';

import { readWhole } from '../log/read-whole.js';
import { readKafkaRecords, type ReadKafkaRecords, type ReadRecord } from './read-kafka-records.js';

/** What is wrong with an event that the log does not have, or has lost. */
export const BEYOND_LOG = 'The header ce_position lies beyond the event log';

/** Reads records of the events topic beside the log that they came from. */
export class KafkaRecordReader {
  /** The log was seen to reach so far. */
  private logEnd = 0n;

  constructor(private readonly em: SqlEntityManager) {}

  async read(messages: readonly KafkaMessage[]): Promise<ReadKafkaRecords> {
    const { read, unreadable } = await this.withinLog(readKafkaRecords(messages));
    return { read: await this.madeWhole(read), unreadable };
  }

  /**
   * An event is in the log before it is on Kafka. A position beyond the log's end is made up, and stored as progress it
   * would claim what has not come yet.
   */
  private async withinLog({ read, unreadable }: ReadKafkaRecords): Promise<ReadKafkaRecords> {
    if (read.some(({ record }) => record.position > this.logEnd)) {
      this.logEnd = await lastPosition(this.em.fork());
    }
    const isWithin = ({ record }: ReadRecord): boolean => record.position <= this.logEnd;
    const beyond = read.filter((entry) => !isWithin(entry));
    if (beyond.length === 0) return { read, unreadable };
    return {
      read: read.filter(isWithin),
      unreadable: [...unreadable, ...beyond.map(({ message }) => ({ message, error: BEYOND_LOG }))],
    };
  }

  /** What was cut to fit a record of Kafka, the log has whole. */
  private async madeWhole(read: readonly ReadRecord[]): Promise<readonly ReadRecord[]> {
    if (!read.some(({ record }) => record.isCut)) return read;
    return Promise.all(
      read.map(async ({ message, record }) => ({ message, record: await this.whole(record) })),
    );
  }

  private async whole(record: ContactRecord): Promise<ContactRecord> {
    return record.isCut === true ? readWhole(this.em, record) : record;
  }
}
