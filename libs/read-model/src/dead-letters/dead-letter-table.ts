import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';
import { v5 as uuidv5 } from 'uuid';

import { type Origin, type RecordHeader } from '../feed/received-record.js';
import { type RefusedRecord } from '../feed/record-reader.js';

export type DeadLetterState = 'open' | 'replayed' | 'discarded';

/** A record that was put aside, without what it says. */
export interface DeadLetterEntry {
  readonly id: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: Buffer | null;
  readonly error: string;
  readonly occurredAt: Date;
  readonly state: DeadLetterState;
}

export interface StoredDeadLetter extends DeadLetterEntry {
  readonly headers: readonly RecordHeader[];
  readonly value: Buffer | null;
}

/** What there is to say of an error: PostgreSQL's text has no U+0000, and nobody reads a megabyte. */
const ERROR_LENGTH = 500;

/** The dead letters as people list them; the dead-letter topic has the same records. */
export class DeadLetterTable {
  constructor(private readonly em: SqlEntityManager) {}

  /** Those of the letters that are not here yet. */
  async unknown(origin: Origin, letters: readonly RefusedRecord[]): Promise<RefusedRecord[]> {
    const ids = letters.map(({ received }) => letterId(origin, received));
    const rows = await boundSql<{ id: string }>(
      this.em.fork(),
      'select id from dead_letters where id = any($1::uuid[])',
      [ids],
    );
    const known = new Set(rows.map(({ id }) => id));
    return letters.filter((_, index) => !known.has(ids[index] ?? ''));
  }

  /** One that is here already stays as it is. */
  async add(origin: Origin, letters: readonly RefusedRecord[]): Promise<void> {
    await boundSql(this.em.fork(), ADD, [
      origin.topic,
      origin.partition,
      letters.map(({ received }) => letterId(origin, received)),
      letters.map(({ received }) => String(received.offset)),
      letters.map(({ received }) => received.key),
      letters.map(({ received }) => storedHeaders(received.headers)),
      letters.map(({ received }) => received.value),
      letters.map(({ error }) => error.replaceAll('\0', '').slice(0, ERROR_LENGTH)),
    ]);
  }

  /** Newest first. @param after a letter: only older ones */
  async list(filter: {
    readonly state?: DeadLetterState | undefined;
    readonly after?: { readonly occurredAt: Date; readonly id: string } | undefined;
    readonly limit: number;
  }): Promise<DeadLetterEntry[]> {
    const rows = await boundSql<LetterRow>(
      this.em.fork(),
      `select ${ENTRY} from dead_letters
       where ($1::text is null or state = $1)
         and ($2::timestamptz is null or (occurred_at, id) < ($2::timestamptz, $3::uuid))
       order by occurred_at desc, id desc limit $4`,
      [
        filter.state ?? null,
        filter.after?.occurredAt.toISOString() ?? null,
        filter.after?.id ?? null,
        filter.limit,
      ],
    );
    return rows.map(letterEntry);
  }

  /** With what the record says. */
  async find(id: string): Promise<StoredDeadLetter | null> {
    const [row] = await boundSql<LetterRow & { headers: [string, string | null][]; value: Buffer | null }>(
      this.em.fork(),
      `select ${ENTRY}, headers, value from dead_letters where id = $1`,
      [id],
    );
    if (row === undefined) return null;
    const headers = row.headers.map(([name, value]): RecordHeader => [
      name,
      value === null ? null : Buffer.from(value, 'base64'),
    ]);
    return { ...letterEntry(row), headers, value: row.value };
  }

  /** @returns whether it was open */
  async close(id: string, state: Exclude<DeadLetterState, 'open'>): Promise<boolean> {
    const rows = await boundSql(
      this.em.fork(),
      "update dead_letters set state = $2 where id = $1 and state = 'open' returning 1",
      [id, state],
    );
    return rows.length === 1;
  }
}

interface LetterRow {
  readonly id: string;
  readonly topic: string;
  readonly partition: number;
  readonly record_offset: string;
  readonly key: Buffer | null;
  readonly error: string;
  readonly occurred_at: string;
  readonly state: DeadLetterState;
}

const ENTRY = 'id, topic, partition, record_offset, key, error, occurred_at, state';

const ADD = `
  insert into dead_letters (topic, partition, id, record_offset, key, headers, value, error)
  select $1, $2, * from unnest($3::uuid[], $4::bigint[], $5::bytea[], $6::json[], $7::bytea[], $8::text[])
  on conflict (id) do nothing`;

const LETTERS_NAMESPACE = 'c0f0a4ad-6c5e-4f7c-9a35-0d0d0a3b5f61';

/** The same at every delivery; the time tells a record from the one at its place in a topic that is gone. */
function letterId(
  { topic, partition }: Origin,
  { offset, timestamp }: { readonly offset: bigint; readonly timestamp: string },
): string {
  return uuidv5(`${topic}/${partition}/${offset}/${timestamp}`, LETTERS_NAMESPACE);
}

function storedHeaders(headers: readonly RecordHeader[]): string {
  return JSON.stringify(headers.map(([name, value]) => [name, value?.toString('base64') ?? null]));
}

function letterEntry(row: LetterRow): DeadLetterEntry {
  return {
    id: row.id,
    topic: row.topic,
    partition: row.partition,
    offset: BigInt(row.record_offset),
    key: row.key,
    error: row.error,
    occurredAt: new Date(row.occurred_at),
    state: row.state,
  };
}
