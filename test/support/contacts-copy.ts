import { type TopicNames } from '#contact-events';
import { type FetchedRecord, TopicReader } from '#kafka';

import { silentLog } from './contact-feed-recording-log.js';
import { waitFor } from './wait-for.js';

/** By partition, the next record to read. */
export type Offsets = ReadonlyMap<number, bigint>;

export interface Positions {
  readonly logEnd: string;
  readonly published: string;
  readonly publishedState: string;
  readonly projected: string;
  readonly partitions: readonly { readonly partition: number; readonly endOffset: string }[];
}

const NOWHERE: Offsets = new Map();

/** A consumer whose steps are those of docs/consuming.md, one by one, so that things can happen in between. */
export class ContactsCopy {
  private readonly entries = new Map<string, { readonly version: number; readonly isDeleted: boolean }>();
  private readonly reader: TopicReader;

  constructor(
    brokers: readonly string[],
    private readonly names: TopicNames,
    private readonly positions: () => Promise<Positions>,
  ) {
    this.reader = new TopicReader({ brokers, topicPrefix: '', partitions: 1 }, silentLog);
  }

  async ends(role: 'events' | 'state'): Promise<Offsets> {
    const held = await this.reader.held(this.names[role]);
    return new Map([...held].map(([partition, { end }]) => [partition, end]));
  }

  async logEnd(): Promise<bigint> {
    return BigInt((await this.positions()).logEnd);
  }

  async stateHolds(position: bigint): Promise<void> {
    await waitFor(async () => BigInt((await this.positions()).publishedState) >= position, {
      what: `contacts.state to hold position ${position}`,
      timeoutMs: 40_000,
    });
  }

  async readState(): Promise<void> {
    await this.read('state', NOWHERE, await this.ends('state'));
  }

  /** Reads what there is by now. */
  async follow(from: Offsets): Promise<void> {
    await this.read('events', from, await this.ends('events'));
  }

  /** Reads a topic between two places. */
  async read(role: 'events' | 'state', from: Offsets, to: Offsets): Promise<void> {
    const ranges = [...to].map(([partition, end]) => ({
      topic: this.names[role],
      partition,
      from: from.get(partition) ?? 0n,
      to: end,
    }));
    await this.reader.read(ranges, (record) => {
      this.apply(record);
    });
  }

  empty(): void {
    this.entries.clear();
  }

  /** Id and version of the contacts that are not deleted. */
  living(): string[] {
    return [...this.entries]
      .filter(([, { isDeleted }]) => !isDeleted)
      .map(([id, { version }]) => `${id} ${version}`)
      .sort();
  }

  private apply({ headers }: FetchedRecord): void {
    const id = headers.ce_subject ?? '';
    const version = Number(headers.ce_contactversion);
    if (version <= (this.entries.get(id)?.version ?? 0)) return;
    this.entries.set(id, { version, isDeleted: headers.ce_type === 'ContactDeleted' });
  }
}
