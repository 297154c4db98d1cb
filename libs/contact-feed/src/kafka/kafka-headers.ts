import { type IHeaders } from 'kafkajs';

export type KafkaHeader = readonly [name: string, value: Buffer | null];

/**
 * A record's headers one by one, those that are there several times too.
 *
 * kafkajs gathers equal names by looking into a plain object, and so takes what an object inherits (`__proto__`,
 * `constructor`) for a first value. What is neither bytes nor null was never in the record.
 */
export function headerList(headers: IHeaders | undefined): KafkaHeader[] {
  return Object.entries(headers ?? {}).flatMap(([name, given]) =>
    ([given].flat() as unknown[])
      .filter((value): value is Buffer | null => value === null || Buffer.isBuffer(value))
      .map((value): KafkaHeader => [name, value]),
  );
}

/** Of a header that is there several times, the last counts. */
export function textHeaders(headers: readonly KafkaHeader[]): Record<string, string | undefined> {
  return Object.fromEntries(headers.map(([name, value]) => [name, value?.toString()]));
}

/** For kafkajs to send, which cannot send a header whose value is null. */
export function sentHeaders(headers: readonly KafkaHeader[]): IHeaders {
  const groups = Map.groupBy(headers, ([name]) => name);
  return Object.fromEntries(
    [...groups].map(([name, group]) => [name, group.map(([, value]) => value ?? Buffer.alloc(0))]),
  );
}
