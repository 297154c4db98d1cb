import { type ReceivedRecord, type RecordHeader } from '#read-model';
import { type IHeaders, type KafkaMessage } from 'kafkajs';

export function receivedRecord({ offset, timestamp, key, value, headers }: KafkaMessage): ReceivedRecord {
  return { offset: BigInt(offset), timestamp, key, value, headers: headerList(headers) };
}

/**
 * A record's headers one by one, those that are there several times too.
 *
 * kafkajs gathers equal names by looking into a plain object, and so takes what an object inherits (`__proto__`,
 * `constructor`) for a first value. What is neither bytes nor null was never in the record.
 */
export function headerList(headers: IHeaders | undefined): RecordHeader[] {
  return Object.entries(headers ?? {}).flatMap(([name, given]) =>
    ([given].flat() as unknown[])
      .filter((value): value is Buffer | null => value === null || Buffer.isBuffer(value))
      .map((value): RecordHeader => [name, value]),
  );
}

/** For kafkajs to send, which cannot send a header whose value is null. */
export function sentHeaders(headers: readonly RecordHeader[]): IHeaders {
  const groups = Map.groupBy(headers, ([name]) => name);
  return Object.fromEntries(
    [...groups].map(([name, group]) => [name, group.map(([, value]) => value ?? Buffer.alloc(0))]),
  );
}
