import { randomUUID } from 'node:crypto';

import { RefreshTokenVault } from '#accounts';
import pg from 'pg';

import { type GoogleAccount } from './google.js';

/** The ENCRYPTION_KEY of every service here. */
const VAULT = new RefreshTokenVault([Buffer.alloc(32, 7)]);

/** What a sync fills, and the read model; emptied together. */
const CONTACT_TABLES = ['events', 'contact_snapshots', 'contact_keys', 'contacts'] as const;

/** A database of one or more contestants, and our connection to it. */
export class BenchDatabase {
  private constructor(
    readonly name: string,
    readonly url: string,
    private client: pg.Client,
    private readonly remove: () => Promise<unknown>,
  ) {}

  static async connect(name: string, url: string, remove: () => Promise<unknown>): Promise<BenchDatabase> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return new BenchDatabase(name, url, client, remove);
  }

  get connection(): pg.Client {
    return this.client;
  }

  async query<Row extends object = Record<string, unknown>>(
    statement: string,
    parameters: readonly unknown[] = [],
  ): Promise<Row[]> {
    const { rows } = await this.client.query<Row>(`${statement} /* bench */`, [...parameters]);
    return rows;
  }

  /**
   * Lets the service know an account; several may stand for the same one at Google, so each has a person of its own made
   * up, whom the service need not ask for.
   *
   * @returns its id
   */
  async connectAccount(account: GoogleAccount): Promise<string> {
    const [id = ''] = await this.connectAccounts([account]);
    return id;
  }

  /** As {@link connectAccount}, in one statement. @returns their ids, in the same order */
  async connectAccounts(accounts: readonly GoogleAccount[]): Promise<string[]> {
    const ids = accounts.map(() => randomUUID());
    await this.query(
      `insert into accounts (id, name, google_subject, state, refresh_token, connected_at)
       select id, 'bench ' || id, id::text, 'connected', token, now()
       from unnest($1::uuid[], $2::text[]) as connected (id, token)`,
      [ids, accounts.map(({ refreshToken }, index) => VAULT.encrypt(refreshToken, ids[index] ?? ''))],
    );
    return ids;
  }

  /** With which the service asks next for what has changed. */
  async syncToken(accountId: string): Promise<string> {
    const [list] = await this.query<{ token: string | null }>(
      'select sync_token as token from sync_lists where account_id = $1',
      [accountId],
    );
    if (list?.token == null) throw new Error(`Account ${accountId} has no sync token: it was not synced yet`);
    return list.token;
  }

  /**
   * Takes away what a sync of these accounts has stored.
   *
   * @param others whether contacts of other accounts must stay
   */
  async forget(accountIds: readonly string[], others: boolean): Promise<void> {
    if (others) {
      for (const table of CONTACT_TABLES) {
        await this.query(`delete from ${table} where account_id = any($1::uuid[])`, [accountIds]);
        await this.query(`vacuum ${table}`);
      }
    } else {
      await this.query(`truncate ${CONTACT_TABLES.join(', ')}`);
    }
    await this.query('delete from accounts where id = any($1::uuid[])', [accountIds]);
  }

  /** For a database that is to be copied: a template must have no connections. */
  async disconnect(): Promise<void> {
    await this.client.end();
  }

  async drop(): Promise<void> {
    await this.client.end();
    await this.remove();
  }
}
