import { IsolationLevel, type SqlEntityManager } from '@mikro-orm/postgresql';
import { readStreams, streamAhead } from '#event-store';

import { checkStreams, type LogFault } from './check-stream.js';
import { compareTable, type Difference } from './compare-table.js';
import { type DerivedState, type StateDifference } from './derived-state.js';
import { type ComparedTable, lockForReading, nthIdBehind } from './table-rows.sql.js';

/** How many are told of in detail. */
const FIRST = 100;

/** Bounds of one transaction: contacts of each table, and events (more only where one contact alone has more). */
const CONTACTS_A_CHUNK = 1_000;
const EVENTS_A_CHUNK = { events: 2_000, bytes: 16 * 1024 * 1024 };

const LOWEST_ID = '00000000-0000-0000-0000-000000000000';

export interface Compared<Found extends Difference> {
  readonly rows: number;
  readonly differences: number;
  /** By contact id, 100 at most. */
  readonly firstDifferences: readonly Found[];
}

export interface VerificationReport {
  /** Contacts and events in the log. */
  readonly contacts: number;
  readonly events: number;
  readonly logFaults: number;
  readonly firstLogFaults: readonly LogFault[];
  /** In the order in which they were given. */
  readonly tables: readonly Compared<Difference>[];
  /** null where none was given. */
  readonly state: Compared<StateDifference> | null;
}

/**
 * Folds the log and compares with tables of contacts, row by row and column by column, while everybody goes on.
 *
 * Each chunk of contacts is one read-only transaction that sees tables and log at one moment. It locks the tables
 * before its snapshot is taken, so that no swap of a rebuilt table falls between the two.
 *
 * @param tables each with a position that it held before this was called
 * @param signal ends it between two chunks, with the signal's reason
 * @param state compared at the same moments
 */
export async function verifyTables(
  em: SqlEntityManager,
  tables: readonly ComparedTable[],
  signal: AbortSignal,
  state: DerivedState | null = null,
): Promise<VerificationReport> {
  const report = {
    contacts: 0,
    events: 0,
    logFaults: 0,
    firstLogFaults: [] as LogFault[],
    tables: tables.map(() => new Tally<Difference>()),
    state: state === null ? null : new Tally<StateDifference>(),
  };
  const chunk = async (tx: SqlEntityManager, after: string): Promise<string | null> => {
    await lockForReading(tx, tables);
    const through = await chunkEnd(tx, tables, state, after);
    const logged = await readStreams(tx, after, through);
    const streams = checkStreams(logged);
    report.contacts += streams.filter(({ records, fault }) => records.length > 0 || fault !== null).length;
    report.events += logged.length;
    for (const { fault } of streams)
      if (fault !== null && ++report.logFaults <= FIRST) report.firstLogFaults.push(fault);
    const range = { after, through };
    for (const [index, table] of tables.entries()) {
      report.tables[index]?.add(await compareTable(tx, table, range, streams));
    }
    if (state !== null) report.state?.add(await state.compare(tx, range, streams));
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

/** What the chunks of one thing came to. */
class Tally<Found extends Difference> implements Compared<Found> {
  rows = 0;
  differences = 0;
  readonly firstDifferences: Found[] = [];

  add({ rows, differences }: { readonly rows: number; readonly differences: readonly Found[] }): void {
    this.rows += rows;
    this.differences += differences.length;
    const ordered = differences.toSorted((a, b) => (a.contactId < b.contactId ? -1 : 1));
    this.firstDifferences.push(...ordered.slice(0, FIRST - this.firstDifferences.length));
  }
}

/** @returns the last contact id of the chunk; null: there are no more than fit */
async function chunkEnd(
  em: SqlEntityManager,
  tables: readonly ComparedTable[],
  state: DerivedState | null,
  after: string,
): Promise<string | null> {
  const ends = [
    await nthIdBehind(em, tables, after, CONTACTS_A_CHUNK),
    (await state?.nthIdBehind(em, after, CONTACTS_A_CHUNK)) ?? null,
    await streamAhead(em, after, EVENTS_A_CHUNK),
  ];
  return ends.filter((id) => id !== null).sort()[0] ?? null;
}
