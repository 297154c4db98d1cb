import { type DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { positionOf, resourceNameAt } from '../persons/resource-name.js';
import { type Account, type AccountStore } from './account-store.js';
import { inTransaction } from './open-database.js';

/** `vanished` persons are gone without a tombstone, as after a merge that Google does not announce. */
type PersonState = 'live' | 'deleted' | 'vanished';

/** A person as one change left it. `body` is null while its fields are still those of the seed. */
export interface PersonVersion {
  readonly position: number;
  /** 0 for a seeded person that never changed. */
  readonly sequence: number;
  /** Milliseconds since the epoch; 0 for a seeded person that never changed. */
  readonly at: number;
  readonly state: PersonState;
  readonly resourceName: string;
  readonly previousNames: readonly string[];
  /** JSON text of the person's fields. */
  readonly body: string | null;
}

export type PersonDraft = Omit<PersonVersion, 'sequence' | 'at'>;

/** How long a page token lives, and so how long an overwritten version may still be asked for. */
export const PAGE_TOKEN_LIFETIME_MS = 3_600_000;

const STATES: readonly PersonState[] = ['live', 'deleted', 'vanished'];
const COLUMNS = 'v.position, v.sequence, v.at, v.state, v.resourceName, v.previousNames, v.body';
const SMALLEST_RANGE = 64;
const LARGEST_RANGE = 1_024;

/**
 * The persons of all accounts: the seed's, overlaid with the stored versions.
 * Without INDEXED BY, SQLite reads all versions of the account instead of a partial index: 8 minutes instead
 * of seconds for a list of 110,000 changes.
 */
export class PersonStore {
  private readonly statements = new Map<string, StatementSync>();

  constructor(
    private readonly database: DatabaseSync,
    private readonly accounts: AccountStore,
  ) {}

  /** Who holds this name: a live person first, else the last one that was deleted under it. */
  find(account: Account, resourceName: string): PersonVersion | undefined {
    const rows = this.rows(
      `SELECT ${COLUMNS} FROM versions v INDEXED BY versions_by_name WHERE v.account = ? AND v.resourceName = ? AND v.current = 1
       ORDER BY v.state, v.sequence DESC LIMIT 1`,
      [account.id, resourceName],
    );
    if (rows[0] !== undefined) return rows[0];
    const position = positionOf(account.seed, resourceName);
    if (position === undefined || position >= account.seeded) return undefined;
    return this.stored(account, position) === undefined ? untouched(account, position) : undefined;
  }

  /**
   * The live person that Google answers with when it is asked for this name: whoever bears it now, else whoever bore it
   * last, by its present name, or whom that one was merged into. Undefined where that person is gone.
   */
  answering(account: Account, resourceName: string): PersonVersion | undefined {
    const holder = this.find(account, resourceName);
    if (holder?.state === 'live') return holder;
    const [last = holder] = this.rows(
      `SELECT ${COLUMNS} FROM versions v INDEXED BY versions_that_lived
       WHERE v.account = ? AND v.resourceName = ? AND v.state = 0 ORDER BY v.sequence DESC LIMIT 1`,
      [account.id, resourceName],
    );
    const seeded = positionOf(account.seed, resourceName);
    let position = last?.position ?? (seeded !== undefined && seeded < account.seeded ? seeded : undefined);
    while (position !== undefined) {
      const person = this.at(account, position);
      if (person?.state === 'live') return person;
      position = person && this.mergedInto(account, person);
    }
    return undefined;
  }

  /** A merge stores the survivor right behind the person that went into it. */
  private mergedInto(account: Account, gone: PersonVersion): number | undefined {
    const [next] = this.rows(
      `SELECT ${COLUMNS} FROM versions v INDEXED BY versions_by_sequence WHERE v.account = ? AND v.sequence = ?`,
      [account.id, gone.sequence + 1],
    );
    const isSurvivor = next?.state === 'live' && next.previousNames.includes(gone.resourceName);
    return isSurvivor ? next.position : undefined;
  }

  /** The person at a position, whatever its state. */
  at(account: Account, position: number): PersonVersion | undefined {
    return (
      this.stored(account, position) ?? (position < account.seeded ? untouched(account, position) : undefined)
    );
  }

  /** Up to `limit` live persons from a position on, as they were when the change counter stood at `asOf`. */
  liveFrom(account: Account, asOf: number, from: number, limit: number): PersonVersion[] {
    const found: PersonVersion[] = [];
    const range = Math.min(Math.max(limit, SMALLEST_RANGE), LARGEST_RANGE);
    for (let start = from; start < account.nextPosition && found.length < limit; start += range) {
      const end = Math.min(start + range, account.nextPosition);
      const changed = new Map<number, PersonVersion>();
      const rows = this.rows(
        `SELECT ${COLUMNS} FROM versions v WHERE v.account = ? AND v.position >= ? AND v.position < ?
           AND v.sequence <= ? ORDER BY v.position, v.sequence`,
        [account.id, start, end, asOf],
      );
      for (const row of rows) changed.set(row.position, row);
      for (let position = start; position < end && found.length < limit; position++) {
        const version =
          changed.get(position) ?? (position < account.seeded ? untouched(account, position) : undefined);
        if (version?.state === 'live') found.push(version);
      }
    }
    return found;
  }

  /**
   * Up to `limit` persons changed after one mark and not after another, each once and in its last state there,
   * oldest change first, deleted ones only if `tombstones`. A tombstone whose name a live person has taken over is left out.
   */
  changedBetween(
    account: Account,
    after: number,
    asOf: number,
    tombstones: boolean,
    limit: number,
  ): PersonVersion[] {
    return this.rows(
      `SELECT ${COLUMNS} FROM versions v
       WHERE v.account = ? AND v.sequence > ? AND v.sequence <= ? AND v.state <= ?
         AND NOT EXISTS (SELECT 1 FROM versions n WHERE n.account = v.account AND n.position = v.position
                           AND n.sequence > v.sequence AND n.sequence <= ?)
         AND NOT (v.state = 1 AND EXISTS (SELECT 1 FROM versions l INDEXED BY versions_by_name WHERE l.account = v.account
                           AND l.resourceName = v.resourceName AND l.current = 1 AND l.state = 0))
       ORDER BY v.sequence LIMIT ?`,
      [account.id, after, asOf, Number(tombstones), asOf, limit],
    );
  }

  /** Live persons by their rank, for looking at the truth; cheap as long as few persons are deleted. */
  page(account: Account, offset: number, limit: number): PersonVersion[] {
    let position = offset;
    const gone = this.prepared(
      `SELECT position FROM versions INDEXED BY versions_not_live
       WHERE account = ? AND current = 1 AND state <> 0 ORDER BY position`,
    ).iterate(account.id);
    for (const row of gone) {
      if (Number(row.position) > position) break;
      position++;
    }
    return this.liveFrom(account, account.sequence, position, limit);
  }

  /** Takes new positions for persons that are about to be created; the first of them is returned. */
  reserve(account: Account, count: number): number {
    const first = account.nextPosition;
    account.nextPosition += count;
    return first;
  }

  /** Stores changes in their order; they are on the disk when this returns. */
  append(account: Account, drafts: readonly PersonDraft[], now: number): PersonVersion[] {
    const { sequence, live } = account;
    try {
      return inTransaction(this.database, () => {
        const versions = drafts.map((draft) => this.appendOne(account, draft, now));
        this.accounts.save(account);
        return versions;
      });
    } catch (error) {
      Object.assign(account, { sequence, live });
      throw error;
    }
  }

  private appendOne(account: Account, draft: PersonDraft, now: number): PersonVersion {
    const before = this.at(account, draft.position);
    account.live += Number(draft.state === 'live') - Number(before?.state === 'live');
    const version = { ...draft, sequence: ++account.sequence, at: now };
    const key = [account.id, draft.position];
    this.prepared('UPDATE versions SET current = 0 WHERE account = ? AND position = ? AND current = 1').run(
      ...key,
    );
    this.prepared(
      `INSERT INTO versions (account, position, sequence, at, current, state, resourceName, previousNames, body)
       VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?)`,
    ).run(
      ...key,
      version.sequence,
      now,
      STATES.indexOf(version.state),
      version.resourceName,
      JSON.stringify(version.previousNames),
      version.body,
    );
    if (before !== undefined && before.sequence > 0) this.prune(account, draft.position, now);
    return version;
  }

  /** Forgets what no living page token can ask for any more. */
  private prune(account: Account, position: number, now: number): void {
    const place = [account.id, position];
    this.prepared(
      `DELETE FROM versions WHERE account = ? AND position = ? AND sequence < (
         SELECT max(sequence) FROM versions WHERE account = ? AND position = ? AND at < ?)`,
    ).run(...place, ...place, now - PAGE_TOKEN_LIFETIME_MS);
  }

  private stored(account: Account, position: number): PersonVersion | undefined {
    const place = [account.id, position];
    return this.rows(
      `SELECT ${COLUMNS} FROM versions v WHERE v.account = ? AND v.position = ? ORDER BY v.sequence DESC LIMIT 1`,
      place,
    )[0];
  }

  private rows(sql: string, parameters: SQLInputValue[]): PersonVersion[] {
    return this.prepared(sql)
      .all(...parameters)
      .map((row) => ({
        position: Number(row.position),
        sequence: Number(row.sequence),
        at: Number(row.at),
        state: STATES[Number(row.state)] ?? 'vanished',
        resourceName: String(row.resourceName),
        previousNames: JSON.parse(String(row.previousNames)) as string[],
        body: row.body === null ? null : String(row.body),
      }));
  }

  private prepared(sql: string): StatementSync {
    let statement = this.statements.get(sql);
    if (statement === undefined) this.statements.set(sql, (statement = this.database.prepare(sql)));
    return statement;
  }
}

function untouched(account: Account, position: number): PersonVersion {
  const resourceName = resourceNameAt(account.seed, position);
  return { position, sequence: 0, at: 0, state: 'live', resourceName, previousNames: [], body: null };
}
