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

/** Of a header that is there several times, the last counts. */
export function textHeaders(headers: readonly RecordHeader[]): Record<string, string | undefined> {
  return Object.fromEntries(headers.map(([name, value]) => [name, value?.toString()]));
}
