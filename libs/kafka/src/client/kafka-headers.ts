import { type ReceivedRecord, type RecordHeader } from '#read-model';
import { type IHeaders, type KafkaMessage } from 'kafkajs';

export function receivedRecord({ offset, timestamp, key, value, headers }: KafkaMessage): ReceivedRecord {
  return { offset: BigInt(offset), timestamp, key, value, headers: headerList(headers) };
}

/**
 * A record's headers one by one, including names that occur several times.
 *
 * kafkajs gathers equal names in a plain object, and so takes what every object inherits (`__proto__`, `constructor`)
 * for a first value. Values that are neither bytes nor null were never in the record.
 */
export function headerList(headers: IHeaders | undefined): RecordHeader[] {
  return Object.entries(headers ?? {}).flatMap(([name, given]) =>
    ([given].flat() as unknown[])
      .filter((value): value is Buffer | null => value === null || Buffer.isBuffer(value))
      .map((value): RecordHeader => [name, value]),
  );
}

/** As kafkajs sends them. It cannot send null as a value, so that becomes empty. */
export function sentHeaders(headers: readonly RecordHeader[]): IHeaders {
  const groups = Map.groupBy(headers, ([name]) => name);
  return Object.fromEntries(
    [...groups].map(([name, group]) => [name, group.map(([, value]) => value ?? Buffer.alloc(0))]),
  );
}
