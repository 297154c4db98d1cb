import { type SqlEntityManager } from '@mikro-orm/postgresql';
import {
  CodedError,
  containing,
  cursorPart,
  isUuid,
  keysetPage,
  type ListOrder,
  type Page,
  type PageRequest,
  where,
} from '#platform';
import { z } from 'zod';

import { type Account, AccountEntity, type AccountState } from './account.entity.js';

/** What a list of accounts may be ordered by; `-` before it: the other way round. */
export const ACCOUNT_SORTS = ['connectedAt', '-connectedAt', 'name', '-name'] as const;

export interface AccountListRequest extends PageRequest {
  readonly sort: (typeof ACCOUNT_SORTS)[number];
  /** Only this one. */
  readonly id?: string | undefined;
  /** A part of the name, the address or the reference, or the id. */
  readonly q?: string | undefined;
  readonly state?: AccountState | undefined;
  /** Only the account that is known by it. */
  readonly reference?: string | undefined;
}

const byTime = z.tuple([cursorPart.time, cursorPart.id]);
const byText = z.tuple([cursorPart.text, cursorPart.id]);

const ORDERS: Readonly<Record<AccountListRequest['sort'], ListOrder<Account>>> = {
  connectedAt: { orderBy: { connectedAt: 'asc', id: 'asc' }, place: byTime },
  '-connectedAt': { orderBy: { connectedAt: 'desc', id: 'desc' }, place: byTime },
  name: { orderBy: { name: 'asc', id: 'asc' }, place: byText },
  '-name': { orderBy: { name: 'desc', id: 'desc' }, place: byText },
};

/** With 10,000 accounts the table is read whole in a few milliseconds; no index serves a part of a text. */
function named(q: string) {
  const pattern = { $ilike: containing(q) };
  const id = isUuid(q) ? [{ id: q }] : [];
  return { $or: [{ name: pattern }, { email: pattern }, { reference: pattern }, ...id] };
}

/** The Google accounts that are, or were, connected. */
export class Accounts {
  /** @param given tries to connect what the configuration gives, when nothing is connected; null: it gives nothing */
  constructor(
    private readonly em: SqlEntityManager,
    private readonly given: { connectNow(): Promise<void> } | null = null,
  ) {}

  /** A page of accounts. @throws CodedError invalid-cursor */
  async list({ id, q, state, reference, sort, ...page }: AccountListRequest): Promise<Page<Account>> {
    const narrowed = where<Account>({ id, state, reference });
    const filter = q === undefined ? narrowed : { $and: [narrowed, named(q)] };
    return keysetPage(this.em.fork(), AccountEntity, filter, ORDERS[sort], page);
  }

  async listOf(ids: readonly string[]): Promise<Account[]> {
    return this.em.fork().find(AccountEntity, { id: { $in: [...ids] } });
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
    let [only, ...others] = await this.connected();
    if (only === undefined && this.given !== null) {
      await this.given.connectNow();
      [only, ...others] = await this.connected();
    }
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

  private connected(): Promise<Account[]> {
    return this.em.fork().find(AccountEntity, { state: { $nin: ['disconnected', 'erasing'] } });
  }
}

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
