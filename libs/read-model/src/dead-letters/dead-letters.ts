import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type InferEntity, raw } from '@mikro-orm/core';
import { isUuid, newestFirst, type Page, type PageRequest } from '#platform';

import { type Origin, type RecordHeader, type RefusedRecord } from '../feed/record-reader.js';
import { addDeadLetters, letterId } from './add-dead-letters.sql.js';
import { DeadLetterEntity, type DeadLetterState } from './dead-letter.entity.js';

/** A record that was put aside, without what it says. */
export interface DeadLetter {
  readonly id: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: Buffer | null;
  readonly error: string;
  readonly occurredAt: Date;
  readonly state: DeadLetterState;
}

/** With what the record says. */
export interface WholeDeadLetter extends DeadLetter {
  readonly headers: readonly RecordHeader[];
  readonly value: Buffer | null;
}

/** The dead letters as people list them; the dead-letter topic has the same records. */
export class DeadLetters {
  constructor(private readonly em: SqlEntityManager) {}

  /** Those of the letters that are not here yet. */
  async unknown(origin: Origin, letters: readonly RefusedRecord[]): Promise<RefusedRecord[]> {
    const ids = letters.map(({ received }) => letterId(origin, received));
    const rows = await this.em.fork().find(DeadLetterEntity, { id: { $in: ids } }, { fields: ['id'] });
    const known = new Set<string>(rows.map(({ id }) => id));
    return letters.filter((_, index) => !known.has(ids[index] ?? ''));
  }

  /** One that is here already stays as it is. */
  async add(origin: Origin, letters: readonly RefusedRecord[]): Promise<void> {
    await addDeadLetters(this.em.fork(), origin, letters);
  }

  /** Newest first. @throws CodedError invalid-cursor */
  async list(
    { state }: { readonly state?: DeadLetterState | undefined },
    page: PageRequest,
  ): Promise<Page<DeadLetter>> {
    const { items, nextCursor } = await newestFirst(
      this.em.fork(),
      DeadLetterEntity,
      { state },
      { occurredAt: 'desc', id: 'desc' },
      page,
    );
    return { items: items.map(deadLetter), nextCursor };
  }

  /** With what the record says; null: there is none, or the id is none. */
  async find(id: string): Promise<WholeDeadLetter | null> {
    if (!isUuid(id)) return null;
    const letter = await this.em.fork().findOne(DeadLetterEntity, { id }, { populate: ['headers', 'value'] });
    if (letter === null) return null;
    const headers = letter.headers.map(([name, value]): RecordHeader => [
      name,
      value === null ? null : Buffer.from(value, 'base64'),
    ]);
    return { ...deadLetter(letter), headers, value: letter.value ?? null };
  }

  /** @returns whether it was open */
  async close(id: string, state: Exclude<DeadLetterState, 'open'>): Promise<boolean> {
    const closed = { state, closedAt: raw('now()') };
    return (await this.em.fork().nativeUpdate(DeadLetterEntity, { id, state: 'open' }, closed)) === 1;
  }
}

function deadLetter(
  letter: Omit<InferEntity<typeof DeadLetterEntity>, 'headers' | 'value' | 'closedAt'>,
): DeadLetter {
  const { id, topic, partition, recordOffset: offset, key = null, error, occurredAt, state } = letter;
  return { id, topic, partition, offset, key, error, occurredAt, state };
}
