import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactRecord, EventNotUnderstood, fromKafkaMessage, readContactEvent } from '#contact-events';
import { isWhole, lastPosition, readStream } from '#event-store';

export type RecordHeader = readonly [name: string, value: Buffer | null];

/** A record of a topic as it came. */
export interface ReceivedRecord {
  readonly offset: bigint;
  /** Milliseconds since 1970, in decimal digits. */
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** One by one: a name may be there several times. */
  readonly headers: readonly RecordHeader[];
}

/** Where records come from. */
export interface Origin {
  readonly topic: string;
  readonly partition: number;
}

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
   * An event is in the log before it is on Kafka. A position beyond the log's end is made up, and a checkpoint there
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
        record: record.isCut === true ? await this.inLog(record) : record,
      })),
    );
  }

  /** The event as the log has it; as it came where the log does not know it, or no longer has its data. */
  private async inLog(record: ContactRecord): Promise<ContactRecord> {
    const { contactId, version } = record.event;
    const stream = await readStream(this.em.fork(), contactId);
    const stored = stream.find((event) => event.version === version);
    if (stored === undefined || !isWhole(stored)) return record;
    return { position: stored.position, event: readContactEvent(stored.type, stored.data) };
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

/** Of a header that is there several times, the last counts. */
export function textHeaders(headers: readonly RecordHeader[]): Record<string, string | undefined> {
  return Object.fromEntries(headers.map(([name, value]) => [name, value?.toString()]));
}
