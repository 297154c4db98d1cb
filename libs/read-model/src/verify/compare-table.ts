import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactRecord } from '#contact-events';

import { type ContactRow } from '../projection/contact.entity.js';
import { foldRow } from '../projection/contact-row.js';
import { type CheckedStream } from './check-stream.js';
import { columnsUnlike } from './columns-unlike.sql.js';
import { type ComparedTable, type IdRange, versionsIn } from './table-rows.sql.js';

/** Where a table of contacts is not what the log says. */
export interface Difference {
  readonly contactId: string;
  readonly kind: 'missing' | 'extra' | 'different';
  /** Those that differ; `version` alone where the row is behind or ahead of the log; empty unless `different`. */
  readonly columns: readonly string[];
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
  const versions = await versionsIn(em, table, range);
  const known = new Set(
    streams
      .filter(({ records, fault }) => records.length > 0 || fault !== null)
      .map(({ contactId }) => contactId),
  );
  const differences: Difference[] = [...versions.keys()]
    .filter((contactId) => !known.has(contactId))
    .map((contactId) => ({ contactId, kind: 'extra', columns: [] }));
  const expected: ContactRow[] = [];
  const misplaced = new Set<string>();
  for (const { contactId, records, fault } of streams) {
    const version = versions.get(contactId);
    const held = versionOf(records.filter((record) => record.position <= position));
    if (version === undefined) {
      if (held > 0) differences.push({ contactId, kind: 'missing', columns: [] });
      continue;
    }
    const isAhead = version > versionOf(records);
    // What stands behind a damaged event is not judged; the fault of the log is reported.
    if (isAhead && fault !== null) continue;
    if (isAhead || version < held) misplaced.add(contactId);
    const row = isAhead
      ? null
      : foldRow(records.map(({ event }) => event).filter((event) => event.version <= version));
    if (row !== null) expected.push(row);
  }
  const unlike = await columnsUnlike(em, table, expected);
  for (const contactId of new Set([...misplaced, ...unlike.keys()])) {
    const columns = [...(misplaced.has(contactId) ? ['version'] : []), ...(unlike.get(contactId) ?? [])];
    differences.push({ contactId, kind: 'different', columns });
  }
  return { rows: versions.size, differences };
}

/** Of the contact after these events; 0 without any. */
function versionOf(records: readonly ContactRecord[]): number {
  return records.at(-1)?.event.version ?? 0;
}
