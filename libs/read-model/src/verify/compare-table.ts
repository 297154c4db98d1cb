import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { CONTACT_COLUMNS, ROWS_OF_PARAMETER } from '../projection/contact-columns.js';
import { type ContactRow } from '../projection/contact-row.js';
import { foldRow } from '../projection/fold-batch.js';
import { storableJson } from '../projection/storable-json.js';
import { type CheckedStream } from './check-stream.js';

/** Where a table of contacts is not what the log says. */
export interface Difference {
  readonly contactId: string;
  readonly kind: 'missing' | 'extra' | 'different';
  /** Those that differ; `version` alone where the row is behind or ahead of the log; empty unless `different`. */
  readonly columns: readonly string[];
}

/** A table of contacts, and the log position up to which it is said to hold every event. */
export interface ComparedTable {
  readonly table: string;
  readonly position: bigint;
}

/** Contacts by id, behind the first and up to the last. */
export interface IdRange {
  readonly after: string;
  /** null: to the end. */
  readonly through: string | null;
}

/**
 * Compares the rows of a range with the fold of their streams. A row is compared with the fold up to its own version,
 * because the projection moves on all the time; it is missing, or behind, where the log has a newer version at a
 * position that the table is said to hold.
 *
 * @param em of a transaction in which rows and streams are of one moment
 */
export async function compareTable(
  em: SqlEntityManager,
  { table, position }: ComparedTable,
  range: IdRange,
  streams: readonly CheckedStream[],
): Promise<{ rows: number; differences: Difference[] }> {
  const versions = await versionsOf(em, table, range);
  const known = new Set(streams.map(({ contactId }) => contactId));
  const differences: Difference[] = [...versions.keys()]
    .filter((contactId) => !known.has(contactId))
    .map((contactId) => ({ contactId, kind: 'extra', columns: [] }));
  const expected: ContactRow[] = [];
  const misplaced = new Set<string>();
  for (const { contactId, records, fault } of streams) {
    const version = versions.get(contactId);
    const held = records.filter((record) => record.position <= position).length;
    if (version === undefined) {
      if (held > 0) differences.push({ contactId, kind: 'missing', columns: [] });
      continue;
    }
    // Versions are counted from 1, so the number of events is the version.
    const isAhead = version > records.length;
    // What stands behind a damaged event is not judged; the fault of the log is reported.
    if (isAhead && fault !== null) continue;
    if (isAhead || version < held) misplaced.add(contactId);
    const row = isAhead ? null : foldRow(records.slice(0, version).map(({ event }) => event));
    if (row !== null) expected.push(row);
  }
  const unlike = await columnsUnlike(em, table, expected);
  for (const contactId of new Set([...misplaced, ...unlike.keys()])) {
    const columns = [...(misplaced.has(contactId) ? ['version'] : []), ...(unlike.get(contactId) ?? [])];
    differences.push({ contactId, kind: 'different', columns });
  }
  return { rows: versions.size, differences };
}

async function versionsOf(
  em: SqlEntityManager,
  table: string,
  { after, through }: IdRange,
): Promise<Map<string, number>> {
  const rows = await boundSql<{ id: string; version: string }>(
    em,
    `select id, version from ${table} where id > $1::uuid and ($2::uuid is null or id <= $2::uuid)`,
    [after, through],
  );
  return new Map(rows.map(({ id, version }) => [id, Number(version)]));
}

/** The database compares: expected values go through the same conversions as those that were stored. */
async function columnsUnlike(
  em: SqlEntityManager,
  table: string,
  expected: readonly ContactRow[],
): Promise<Map<string, string[]>> {
  if (expected.length === 0) return new Map();
  const compared = CONTACT_COLUMNS.filter((column) => column !== 'id');
  const rows = await boundSql<{ id: string; columns: string[] }>(
    em,
    `select stored.id, array_remove(array[
       ${compared.map((column) => `case when stored.${column} is distinct from given.${column} then '${column}' end`).join(', ')}
     ], null) as columns
     from ${ROWS_OF_PARAMETER} join ${table} stored on stored.id = given.id
     where (${compared.map((column) => `stored.${column}`).join(', ')})
       is distinct from (${compared.map((column) => `given.${column}`).join(', ')})`,
    [storableJson(expected)],
  );
  return new Map(rows.map(({ id, columns }) => [id, columns]));
}
