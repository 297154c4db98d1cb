import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactRecord, EventNotUnderstood, fromKafkaMessage } from '#contact-events';
import { lastPosition } from '#event-store';

import { readWhole } from './read-whole.js';
import { type ReceivedRecord, textHeaders } from './received-record.js';

/** A record that could be read, and the contact event that it carries. */
export interface ReadRecord {
  readonly received: ReceivedRecord;
  readonly record: ContactRecord;
}

/** A record that could not be read or applied, and why. */
export interface RefusedRecord {
  readonly received: ReceivedRecord;
  /** What is wrong with it, without its values. */
  readonly error: string;
}

export interface ReadRecords {
  readonly read: readonly ReadRecord[];
  readonly refused: readonly RefusedRecord[];
}

/** What is wrong with an event that the log does not have, or has lost. */
export const BEYOND_LOG = 'The header ce_position lies beyond the event log';

/** Reads records of the events topic beside the log that they came from. */
export class RecordReader {
  /** The log was seen to reach so far. */
  private logEnd = 0n;

  constructor(private readonly em: SqlEntityManager) {}

  async read(records: readonly ReceivedRecord[]): Promise<ReadRecords> {
    const { read, refused } = await this.withinLog(readRecords(records));
    return { read: await this.madeWhole(read), refused };
  }

  /**
   * An event is in the log before it is on Kafka. A position beyond the log's end is made up, and stored as progress it
   * would claim what has not come yet.
   */
  private async withinLog({ read, refused }: ReadRecords): Promise<ReadRecords> {
    if (read.some(({ record }) => record.position > this.logEnd)) {
      this.logEnd = await lastPosition(this.em.fork());
    }
    const isWithin = ({ record }: ReadRecord): boolean => record.position <= this.logEnd;
    const beyond = read.filter((entry) => !isWithin(entry));
    if (beyond.length === 0) return { read, refused };
    return {
      read: read.filter(isWithin),
      refused: [...refused, ...beyond.map(({ received }) => ({ received, error: BEYOND_LOG }))],
    };
  }

  /** What was cut to fit a record of Kafka, the log has whole. */
  private async madeWhole(read: readonly ReadRecord[]): Promise<readonly ReadRecord[]> {
    if (!read.some(({ record }) => record.isCut)) return read;
    return Promise.all(
      read.map(async ({ received, record }) => ({
        received,
        record: record.isCut === true ? await readWhole(this.em, record) : record,
      })),
    );
  }
}

/** Tells the records that are contact events from those that are not; the order of each kind is kept. */
export function readRecords(records: readonly ReceivedRecord[]): ReadRecords {
  const read: ReadRecord[] = [];
  const refused: RefusedRecord[] = [];
  for (const received of records) {
    try {
      const value = received.value?.toString('utf8') ?? null;
      read.push({ received, record: fromKafkaMessage({ value, headers: textHeaders(received.headers) }) });
    } catch (error) {
      if (!(error instanceof EventNotUnderstood)) throw error;
      refused.push({ received, error: error.message });
    }
  }
  return { read, refused };
}
