import { storableText } from '#contact';
import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';
import { v5 as uuidv5 } from 'uuid';

import { type Origin, type RecordHeader, type RefusedRecord } from '../feed/record-reader.js';
import { type StoredHeader } from './dead-letter.entity.js';

/** Characters of an error: nobody reads a megabyte. */
const ERROR_LENGTH = 500;

/**
 * Stores the letters that are not there yet, a batch of records at most.
 *
 * It is SQL because their bytes are bound as they are; MikroORM writes what is inserted into the text
 * (docs/adr/0017-bulk-statements.md). Those that are there are found by the primary key.
 */
export async function addDeadLetters(
  em: SqlEntityManager,
  origin: Origin,
  letters: readonly RefusedRecord[],
): Promise<void> {
  await boundSql(
    em,
    `insert into dead_letters (topic, partition, id, record_offset, key, headers, value, error)
     select $1, $2, * from unnest($3::uuid[], $4::bigint[], $5::bytea[], $6::json[], $7::bytea[], $8::text[])
     on conflict (id) do nothing`,
    [
      origin.topic,
      origin.partition,
      letters.map(({ received }) => letterId(origin, received)),
      letters.map(({ received }) => String(received.offset)),
      letters.map(({ received }) => received.key),
      letters.map(({ received }) => JSON.stringify(received.headers.map(storedHeader))),
      letters.map(({ received }) => received.value),
      letters.map(({ error }) => storableText(error).slice(0, ERROR_LENGTH)),
    ],
  );
}

const LETTERS_NAMESPACE = 'c0f0a4ad-6c5e-4f7c-9a35-0d0d0a3b5f61';

/** The same at every delivery; the time tells a record from the one at its place in a topic that is gone. */
export function letterId(
  { topic, partition }: Origin,
  { offset, timestamp }: { readonly offset: bigint; readonly timestamp: string },
): string {
  return uuidv5(`${topic}/${partition}/${offset}/${timestamp}`, LETTERS_NAMESPACE);
}

function storedHeader([name, value]: RecordHeader): StoredHeader {
  return [name, value?.toString('base64') ?? null];
}
