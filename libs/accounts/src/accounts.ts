import { type FilterQuery, type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, CodedError, columnsOf, plainRows } from '#platform';

import { type Account, AccountEntity } from './account.entity.js';

/** The Google accounts that are, or were, connected. */
export class Accounts {
  /** @param given tries to connect what the configuration gives, when nothing is connected; null: it gives nothing */
  constructor(
    private readonly em: SqlEntityManager,
    private readonly given: { connectNow(): Promise<void> } | null = null,
  ) {}

  async listOf(ids: readonly string[]): Promise<Account[]> {
    const em = this.em.fork();
    const rows = await boundSql(
      em,
      `select ${columnsOf(em, AccountEntity, 'account')} from accounts account where id = any($1::uuid[])`,
      [ids],
    );
    return plainRows(em, AccountEntity, rows);
  }

  async find(id: string): Promise<Account | null> {
    return this.em.fork().findOne(AccountEntity, { id });
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
    const em = this.em.fork();
    const twoOfThem = () => em.find(AccountEntity, CONNECTED, { limit: 2 });
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
        `${await em.count(AccountEntity, CONNECTED)} accounts are connected: name one as accountId. GET /api/accounts lists them.`,
      );
    }
    return only;
  }
}

const CONNECTED = { state: { $nin: ['disconnected', 'erasing'] } } satisfies FilterQuery<Account>;

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
