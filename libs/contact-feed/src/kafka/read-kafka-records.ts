import { type ContactRecord, EventNotUnderstood, fromKafkaMessage } from '#contact-events';
import { type IHeaders, type KafkaMessage } from 'kafkajs';

import { type DeadLetter } from './kafka-dead-letters.js';

/** A record of the events topic that could be read, with the message that it came as. */
export interface ReadRecord {
  readonly message: KafkaMessage;
  readonly record: ContactRecord;
}

export interface ReadKafkaRecords {
  readonly read: readonly ReadRecord[];
  readonly unreadable: readonly DeadLetter[];
}

/** Tells the records that are contact events from those that are not; the order of each kind is kept. */
export function readKafkaRecords(messages: readonly KafkaMessage[]): ReadKafkaRecords {
  const read: ReadRecord[] = [];
  const unreadable: DeadLetter[] = [];
  for (const message of messages) {
    try {
      const value = message.value?.toString('utf8') ?? null;
      read.push({ message, record: fromKafkaMessage({ value, headers: textHeaders(message.headers) }) });
    } catch (error) {
      if (!(error instanceof EventNotUnderstood)) throw error;
      unreadable.push({ message, error: error.message });
    }
  }
  return { read, unreadable };
}

/** Of a header that is there several times, the last counts. */
function textHeaders(headers: IHeaders | undefined): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => {
      const last = Array.isArray(value) ? value.at(-1) : value;
      return [name, last?.toString()];
    }),
  );
}
