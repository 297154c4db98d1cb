import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { CodedError } from '#platform';

import { type Account, AccountEntity } from './account.entity.js';

/** The Google accounts that are, or were, connected. */
export class Accounts {
  constructor(private readonly em: SqlEntityManager) {}

  async list(): Promise<Account[]> {
    return this.em.fork().find(AccountEntity, {}, { orderBy: { connectedAt: 'asc', id: 'asc' } });
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
   * @param visible restricts the choice to one account (a bound API token); null for all
   * @throws CodedError account-not-found, not-authenticated (none connected), account-required (several)
   */
  async choose(id: string | undefined, visible: string | null): Promise<Account> {
    if (id !== undefined && visible !== null && id !== visible) throw accountNotFound(id);
    const named = id ?? visible;
    if (named !== null) return this.get(named);
    const [only, ...others] = await this.em
      .fork()
      .find(AccountEntity, { state: { $nin: ['disconnected', 'erasing'] } });
    if (only === undefined) {
      throw new CodedError(
        'not-authenticated',
        'No Google account is connected. Open /api/auth/google in a browser to connect one.',
      );
    }
    if (others.length > 0) {
      throw new CodedError(
        'account-required',
        `${others.length + 1} accounts are connected: name one as accountId. GET /api/accounts lists them.`,
      );
    }
    return only;
  }
}

function accountNotFound(id: string): CodedError {
  return new CodedError('account-not-found', `There is no account ${id}.`);
}
