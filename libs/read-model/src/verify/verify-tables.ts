import { IsolationLevel, type SqlEntityManager } from '@mikro-orm/postgresql';
import { readStreams, streamAhead } from '#event-store';

import { checkStreams, type LogFault } from './check-stream.js';
import { compareTable, type Difference } from './compare-table.js';
import { type ComparedTable, lockForReading, nthIdBehind } from './table-rows.sql.js';

/** How many are told of in detail. */
const FIRST = 100;

/** Bounds of one transaction: contacts of each table, and events (more only where one contact alone has more). */
const CONTACTS_A_CHUNK = 1_000;
const EVENTS_A_CHUNK = { events: 2_000, bytes: 16 * 1024 * 1024 };

const LOWEST_ID = '00000000-0000-0000-0000-000000000000';

export interface TableReport {
  readonly table: string;
  readonly rows: number;
  readonly differences: number;
  /** By contact id, 100 at most. */
  readonly firstDifferences: readonly Difference[];
}

export interface VerificationReport {
  /** Contacts and events in the log. */
  readonly contacts: number;
  readonly events: number;
  readonly logFaults: number;
  readonly firstLogFaults: readonly LogFault[];
  /** In the order in which they were given. */
  readonly tables: readonly TableReport[];
}

/**
 * Folds the log and compares with tables of contacts, row by row and column by column, while everybody goes on.
 *
 * Each chunk of contacts is one read-only transaction that sees tables and log at one moment. It locks the tables
 * before its snapshot is taken, so that no swap of a rebuilt table falls between the two.
 *
 * @param tables each with a position that it held before this was called
 * @param signal ends it between two chunks, with the signal's reason
 */
export async function verifyTables(
  em: SqlEntityManager,
  tables: readonly ComparedTable[],
  signal: AbortSignal,
): Promise<VerificationReport> {
  const report = {
    contacts: 0,
    events: 0,
    logFaults: 0,
    firstLogFaults: [] as LogFault[],
    tables: tables.map(({ table }) => ({
      table,
      rows: 0,
      differences: 0,
      firstDifferences: [] as Difference[],
    })),
  };
  const chunk = async (tx: SqlEntityManager, after: string): Promise<string | null> => {
    await lockForReading(tx, tables);
    const through = await chunkEnd(tx, tables, after);
    const logged = await readStreams(tx, after, through);
    const streams = checkStreams(logged);
    report.contacts += streams.filter(({ records, fault }) => records.length > 0 || fault !== null).length;
    report.events += logged.length;
    for (const { fault } of streams)
      if (fault !== null && ++report.logFaults <= FIRST) report.firstLogFaults.push(fault);
    for (const [index, table] of tables.entries()) {
      const { rows, differences } = await compareTable(tx, table, { after, through }, streams);
      const of = report.tables[index];
      if (of === undefined) continue;
      of.rows += rows;
      of.differences += differences.length;
      const ordered = differences.sort((a, b) => (a.contactId < b.contactId ? -1 : 1));
      of.firstDifferences.push(...ordered.slice(0, FIRST - of.firstDifferences.length));
    }
    return through;
  };
  for (let after: string | null = LOWEST_ID; after !== null;) {
    signal.throwIfAborted();
    const from: string = after;
    after = await em.fork().transactional((tx) => chunk(tx, from), {
      isolationLevel: IsolationLevel.REPEATABLE_READ,
      readOnly: true,
    });
  }
  return report;
}

/** @returns the last contact id of the chunk; null: there are no more than fit */
async function chunkEnd(
  em: SqlEntityManager,
  tables: readonly ComparedTable[],
  after: string,
): Promise<string | null> {
  const ends = [
    await nthIdBehind(em, tables, after, CONTACTS_A_CHUNK),
    await streamAhead(em, after, EVENTS_A_CHUNK),
  ];
  return ends.filter((id) => id !== null).sort()[0] ?? null;
}
