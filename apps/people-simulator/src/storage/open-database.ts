import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** The data folder cannot be used: not writable, no folder, not a database, or in use by another simulator. */
class DataFolderUnusable extends Error {
  override name = 'DataFolderUnusable';
}

/**
 * Opens (and creates) the simulator's database, for this process alone.
 * `synchronous = FULL` on a write-ahead log: a change is on the disk before the statement returns, so what
 * was answered survives SIGKILL and a power cut.
 *
 * `versions` holds only what differs from the seeded persons, one row a change: a list reads the versions up
 * to the sequence of its first page, so it sees one picture however long it is paged.
 */
export function openDatabase(dataDir: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(dataDir, { recursive: true });
    database = new DatabaseSync(join(dataDir, 'people-simulator.sqlite'));
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`);
    addSpentCodes(database);
    return database;
  } catch (error) {
    database?.close();
    const reason = error instanceof Error ? error.message : String(error);
    const inUse = reason.includes('locked') ? ' (another people simulator is using it)' : '';
    throw new DataFolderUnusable(`cannot use the data folder ${dataDir}: ${reason}${inUse}`, {
      cause: error,
    });
  }
}

/** For a folder of before: its codes lacked what became of them. */
function addSpentCodes(database: DatabaseSync): void {
  const columns = database.prepare("SELECT name FROM pragma_table_info('codes')").all();
  if (columns.some(({ name }) => name === 'spent')) return;
  database.exec(`ALTER TABLE codes ADD COLUMN spent INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE codes ADD COLUMN refreshToken TEXT;`);
}

/** Runs the work in one transaction: all of it is on the disk when this returns, or none of it. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE IF NOT EXISTS accounts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  email TEXT NOT NULL,
  displayName TEXT NOT NULL,
  sub TEXT NOT NULL,
  seed INTEGER NOT NULL,
  seeded INTEGER NOT NULL,
  nextPosition INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  live INTEGER NOT NULL,
  accessEpoch INTEGER NOT NULL,
  pageEpoch INTEGER NOT NULL,
  syncEpoch INTEGER NOT NULL,
  syncExpiredStatus INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS versions (
  account INTEGER NOT NULL,
  position INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  at INTEGER NOT NULL,
  current INTEGER NOT NULL,
  state INTEGER NOT NULL,
  resourceName TEXT NOT NULL,
  previousNames TEXT NOT NULL,
  body TEXT,
  PRIMARY KEY (account, position, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS versions_by_sequence ON versions (account, sequence);
CREATE INDEX IF NOT EXISTS versions_by_name ON versions (account, resourceName) WHERE current = 1;
CREATE INDEX IF NOT EXISTS versions_that_lived ON versions (account, resourceName, sequence) WHERE state = 0;
CREATE INDEX IF NOT EXISTS versions_not_live ON versions (account, position) WHERE current = 1 AND state <> 0;

CREATE TABLE IF NOT EXISTS grants (
  refreshToken TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  clientId TEXT,
  scope TEXT NOT NULL,
  state TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS codes (
  code TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  request TEXT NOT NULL,
  expiresAt INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS serviceAccounts (
  email TEXT PRIMARY KEY,
  publicKey TEXT NOT NULL,
  domains TEXT NOT NULL,
  scopes TEXT NOT NULL
) STRICT;
`;
