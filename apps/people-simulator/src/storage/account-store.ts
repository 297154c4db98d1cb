import { type DatabaseSync } from 'node:sqlite';
import { hashText } from '../persons/random.js';
import { inTransaction } from './open-database.js';

/** One Google account of the simulator. Its numbers change; the object stays the same. */
export interface Account {
  /** Changes with every reset, so that older tokens are recognised. */
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly displayName: string;
  /** The id token's `sub`, 21 digits; `people/<sub>` is the owner's resource name, as at Google. */
  readonly sub: string;
  readonly seed: number;
  /** Persons at positions below this are derived from the seed until they change. */
  readonly seeded: number;
  nextPosition: number;
  /** Counts every change; a sync token holds the count of its time. */
  sequence: number;
  live: number;
  accessEpoch: number;
  pageEpoch: number;
  syncEpoch: number;
  /** The HTTP status that sync tokens from before `syncEpoch` are refused with. */
  syncExpiredStatus: number;
}

export interface AccountDraft {
  readonly name: string;
  readonly persons: number;
  readonly seed?: number | undefined;
  readonly email?: string | undefined;
  readonly displayName?: string | undefined;
}

const COLUMNS = [
  'id',
  'name',
  'email',
  'displayName',
  'sub',
  'seed',
  'seeded',
  'nextPosition',
  'sequence',
  'live',
  'accessEpoch',
  'pageEpoch',
  'syncEpoch',
  'syncExpiredStatus',
] as const;

/** The accounts, read once and written to disk with every change. */
export class AccountStore {
  private readonly accounts = new Map<string, Account>();

  constructor(private readonly database: DatabaseSync) {
    const rows = database.prepare(`SELECT ${COLUMNS.join(', ')} FROM accounts ORDER BY id`).all();
    for (const row of rows as unknown as Account[]) this.accounts.set(row.name, { ...row });
  }

  all(): Account[] {
    return [...this.accounts.values()];
  }

  find(name: string): Account | undefined {
    return this.accounts.get(name);
  }

  /** Creates the account, or resets it: the seeded persons again, and older sync and page tokens are refused. */
  put(draft: AccountDraft): Account {
    const before = this.accounts.get(draft.name);
    const row = {
      name: draft.name,
      email: draft.email ?? before?.email ?? `${draft.name}@example.com`,
      displayName: draft.displayName ?? before?.displayName ?? `${draft.name} (simulated)`,
      sub: before?.sub ?? subOf(draft.name),
      seed: draft.seed ?? before?.seed ?? hashText(draft.name) & 0x7fffffff,
      seeded: draft.persons,
      nextPosition: draft.persons,
      sequence: 0,
      live: draft.persons,
      accessEpoch: before?.accessEpoch ?? 1,
      pageEpoch: (before?.pageEpoch ?? 0) + 1,
      syncEpoch: (before?.syncEpoch ?? 0) + 1,
      syncExpiredStatus: 400,
    };
    const columns = Object.keys(row);
    const id = inTransaction(this.database, () => {
      if (before !== undefined) this.erase(before);
      const places = columns.map(() => '?').join(', ');
      const insert = this.database.prepare(`INSERT INTO accounts (${columns.join(', ')}) VALUES (${places})`);
      return Number(insert.run(...Object.values(row)).lastInsertRowid);
    });
    const account: Account = { id, ...row };
    this.accounts.set(account.name, account);
    return account;
  }

  delete(account: Account): void {
    inTransaction(this.database, () => {
      this.erase(account);
      this.database.prepare('DELETE FROM grants WHERE account = ?').run(account.name);
      this.database.prepare('DELETE FROM codes WHERE account = ?').run(account.name);
    });
    this.accounts.delete(account.name);
  }

  /** Writes the account's numbers, inside the caller's transaction if there is one. */
  save(account: Account): void {
    this.database
      .prepare(
        `UPDATE accounts SET nextPosition = ?, sequence = ?, live = ?, accessEpoch = ?, pageEpoch = ?,
           syncEpoch = ?, syncExpiredStatus = ? WHERE id = ?`,
      )
      .run(
        account.nextPosition,
        account.sequence,
        account.live,
        account.accessEpoch,
        account.pageEpoch,
        account.syncEpoch,
        account.syncExpiredStatus,
        account.id,
      );
  }

  private erase(account: Account): void {
    this.database.prepare('DELETE FROM versions WHERE account = ?').run(account.id);
    this.database.prepare('DELETE FROM accounts WHERE id = ?').run(account.id);
  }
}

/** The owner's own resource name, as at Google: `people/<sub>`. */
export function resourceOwnerOf(account: Account): string {
  return `people/${account.sub}`;
}

function subOf(name: string): string {
  const digits = `${hashText(name)}${hashText(`${name}:sub`)}`.padStart(20, '0').slice(0, 20);
  return `1${digits}`;
}
