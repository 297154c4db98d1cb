import { type people_v1 } from '@googleapis/people';

import { type BenchDatabase } from '../../stage/bench-database.js';
import { pagesOf } from '../../stage/google.js';
import { copyIn, copyOut } from './copy.js';

/** What a full sync stores, without the columns that the database fills itself. */
const TABLES: Readonly<Record<string, string>> = {
  contact_snapshots: '*',
  contact_keys: '*',
  events: 'stream_id, version, account_id, type, data, metadata, run_id, occurred_at',
};

/** The rows of one table, in parts as large as the pages of a list. */
export interface PreparedTable {
  readonly into: string;
  readonly parts: readonly Buffer[];
}

/** What a sync of an account has stored, to be stored again by {@link runFloor}. */
export async function prepareFloor(
  database: BenchDatabase,
  accountId: string,
  pages: number,
): Promise<PreparedTable[]> {
  const prepared: PreparedTable[] = [];
  for (const [table, columns] of Object.entries(TABLES)) {
    const order = table === 'events' ? 'order by position' : '';
    const text = await copyOut(
      database.connection,
      `select ${columns} from ${table} where account_id = '${accountId}' ${order}`,
    );
    prepared.push({ into: columns === '*' ? table : `${table} (${columns})`, parts: inParts(text, pages) });
  }
  return prepared;
}

/**
 * The least that any sync must do: fetch and parse each page, and store its rows with COPY, into the same tables with
 * the same indexes, a transaction a page. The rows were made before; what the page says is thrown away.
 */
export async function runFloor(
  client: people_v1.People,
  pageSize: number,
  database: BenchDatabase,
  tables: readonly PreparedTable[],
): Promise<void> {
  const pages = pagesOf(client, { pageSize });
  for (let page = 0; (await pages.next()).done !== true; page += 1) {
    await database.connection.query('begin');
    for (const { into, parts } of tables) {
      const rows = parts[page];
      if (rows !== undefined) await copyIn(database.connection, into, rows);
    }
    await database.connection.query('commit');
  }
}

/** COPY ends each row with a line feed, and writes those within values as \n. */
function inParts(text: Buffer, count: number): Buffer[] {
  const ends: number[] = [];
  for (let at = text.indexOf(10); at >= 0; at = text.indexOf(10, at + 1)) ends.push(at + 1);
  const size = Math.ceil(ends.length / count);
  return Array.from({ length: Math.ceil(ends.length / size) }, (_, part) =>
    text.subarray(ends[part * size - 1] ?? 0, ends[Math.min((part + 1) * size, ends.length) - 1]),
  );
}
