import { type ContactRecord, EventNotUnderstood, fromKafkaMessage } from '#contact-events';
import { type KafkaMessage } from 'kafkajs';

import { headerList, textHeaders } from './kafka-headers.js';

/** A record of the events topic that could be read, with the message that it came as. */
export interface ReadRecord {
  readonly message: KafkaMessage;
  readonly record: ContactRecord;
}

/** A record that could not be read or applied, and why. */
export interface DeadLetter {
  readonly message: KafkaMessage;
  /** What is wrong with it, without its values. */
  readonly error: string;
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
      const headers = textHeaders(headerList(message.headers));
      read.push({ message, record: fromKafkaMessage({ value, headers }) });
    } catch (error) {
      if (!(error instanceof EventNotUnderstood)) throw error;
      unreadable.push({ message, error: error.message });
    }
  }
  return { read, unreadable };
}
