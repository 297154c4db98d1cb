import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, CodedError, columnsOf, plainRows } from '#platform';

import { type Account, AccountEntity, type AccountState } from './account.entity.js';

/** The Google accounts that are, or were, connected. */
export class Accounts {
  /** @param given tries to connect what the configuration gives, when nothing is connected; null: it gives nothing */
  constructor(
    private readonly em: SqlEntityManager,
    private readonly given: { connectNow(): Promise<void> } | null = null,
  ) {}

  async listOf(ids: readonly string[]): Promise<Account[]> {
    return this.select('id = any($1::uuid[])', [ids]);
  }

  async find(id: string): Promise<Account | null> {
    const [account = null] = await this.listOf([id]);
    return account;
  }

  /** @throws CodedError account-not-found */
  async get(id: string): Promise<Account> {
    const account = await this.find(id);
    if (account === null) throw accountNotFound(id);
    return account;
  }

  /**
   * The account that a request means: the one it names, else the only one there is.
   *
   * @throws CodedError account-not-found, not-authenticated (none connected), account-required (several), and what keeps
   * the account of the configuration from being connected
   */
  async choose(id: string | undefined): Promise<Account> {
    if (id !== undefined) return this.get(id);
    const twoOfThem = () => this.select('state <> all($1) limit 2', [ENDED]);
    let [only, another] = await twoOfThem();
    if (only === undefined && this.given !== null) {
      await this.given.connectNow();
      [only, another] = await twoOfThem();
    }
    if (only === undefined) {
      throw new CodedError(
        'not-authenticated',
        'No Google account is connected. Open /api/auth/google in a browser to connect one.',
      );
    }
    if (another !== undefined) {
      throw new CodedError(
        'account-required',
        `${await this.em.fork().count(AccountEntity, { state: { $nin: ENDED } })} accounts are connected: name one as accountId. GET /api/accounts lists them.`,
      );
    }
    return only;
  }

  /** By a prepared statement: most calls that concern an account look at it (docs/adr/0017-bulk-statements.md). */
  private async select(where: string, parameters: readonly unknown[]): Promise<Account[]> {
    const em = this.em.fork();
    const columns = columnsOf(em, AccountEntity, 'account');
    const rows = await boundSql(em, `select ${columns} from accounts account where ${where}`, parameters);
    return plainRows(em, AccountEntity, rows);
  }
}

const ENDED: AccountState[] = ['disconnected', 'erasing'];

/** An account that is being erased takes part in nothing any more. */
export function accountErasing(id: string): CodedError {
  return new CodedError(
    'account-erasing',
    `The account ${id} is being erased: nothing can be done with it any more.`,
    { accountId: id },
  );
}

export function accountNotFound(id: string): CodedError {
  return new CodedError('account-not-found', `There is no account ${id}.`);
}
