import { randomUUID } from 'node:crypto';

import { type SqlEntityManager, UniqueConstraintViolationException } from '@mikro-orm/postgresql';
import { type SignedIn } from '#google-people';
import { Problem } from '#platform';

import { type Account, AccountEntity } from './account.entity.js';
import { type RefreshTokenVault } from './grant/refresh-token-vault.js';

/** The Google accounts that are, or were, connected. */
export class Accounts {
  constructor(
    private readonly em: SqlEntityManager,
    private readonly vault: RefreshTokenVault,
  ) {}

  async list(): Promise<Account[]> {
    return this.em.fork().find(AccountEntity, {}, { orderBy: { connectedAt: 'asc', id: 'asc' } });
  }

  async find(id: string): Promise<Account | null> {
    return this.em.fork().findOne(AccountEntity, { id });
  }

  /** @throws Problem 404 account-not-found */
  async get(id: string): Promise<Account> {
    const account = await this.find(id);
    if (account === null) throw new Problem(404, 'account-not-found', `There is no account ${id}.`);
    return account;
  }

  /**
   * The account that a request means: the one it names, else the only one there is.
   *
   * @param visible restricts the choice to one account (a bound API token); null for all
   * @throws Problem 404 account-not-found, 401 not-authenticated (none connected), 400 account-required (several)
   */
  async choose(id: string | undefined, visible: string | null): Promise<Account> {
    if (id !== undefined && visible !== null && id !== visible) {
      throw new Problem(404, 'account-not-found', `There is no account ${id}.`);
    }
    const named = id ?? visible;
    if (named !== null) return this.get(named);
    const accounts = (await this.list()).filter(
      ({ state }) => state !== 'disconnected' && state !== 'erasing',
    );
    const [only, ...others] = accounts;
    if (only === undefined) {
      throw new Problem(
        401,
        'not-authenticated',
        'No Google account is connected. Open /api/auth/google in a browser to connect one.',
      );
    }
    if (others.length > 0) {
      throw new Problem(
        400,
        'account-required',
        `${accounts.length} accounts are connected: name one as accountId. GET /api/accounts lists them.`,
      );
    }
    return only;
  }

  /**
   * Connects, or connects again, the account of that name; its contacts and its id stay.
   *
   * @returns an account in need of a sign-in when Google has refused this very token before
   */
  async connectNamed(name: string, refreshToken: string, nextSyncAt: Date): Promise<Account> {
    try {
      return await this.tryToConnect(name, refreshToken, nextSyncAt);
    } catch (error) {
      // Another process that starts at the same time was first.
      if (error instanceof UniqueConstraintViolationException) {
        return this.tryToConnect(name, refreshToken, nextSyncAt);
      }
      throw error;
    }
  }

  private async tryToConnect(name: string, refreshToken: string, nextSyncAt: Date): Promise<Account> {
    return this.em.fork().transactional(async (em) => {
      const known = await em.findOne(AccountEntity, { name, googleSubject: null });
      const id = known?.id ?? randomUUID();
      if (known !== null && this.holds(known, refreshToken)) return known;
      const signIn = {
        state: 'connected' as const,
        refreshToken: this.vault.encrypt(refreshToken, id),
        connectedAt: new Date(),
        nextSyncAt,
      };
      if (known !== null) return em.assign(known, signIn);
      return em.create(AccountEntity, { id, name, paused: false, ...signIn });
    });
  }

  /** Connects whoever signed in; the same Google account finds its id and its contacts again. */
  async connectSignedIn(person: SignedIn, nextSyncAt: Date): Promise<Account> {
    return this.em.fork().transactional(async (em) => {
      const known = await em.findOne(AccountEntity, { googleSubject: person.subject });
      const id = known?.id ?? randomUUID();
      const signIn = {
        name: person.email ?? person.subject,
        email: person.email,
        state: 'connected' as const,
        refreshToken: this.vault.encrypt(person.refreshToken, id),
        connectedAt: new Date(),
        nextSyncAt,
      };
      if (known !== null) return em.assign(known, signIn);
      return em.create(AccountEntity, { id, googleSubject: person.subject, paused: false, ...signIn });
    });
  }

  refreshTokenOf(account: Account): string {
    if (account.state !== 'connected' || account.refreshToken == null) {
      throw new Problem(
        401,
        'not-authenticated',
        `The account ${account.name} must sign in to Google again: open /api/auth/google in a browser.`,
      );
    }
    try {
      return this.vault.decrypt(account.refreshToken, account.id);
    } catch (error) {
      throw new Problem(500, 'internal-error', `Sync failed: ${(error as Error).message}.`);
    }
  }

  /** Stops further attempts until someone signs in. */
  async needsSignIn(id: string): Promise<void> {
    await this.em.fork().nativeUpdate(AccountEntity, { id, state: 'connected' }, { state: 'needs-reauth' });
  }

  /** Whether the token is the account's already, accepted or refused. */
  private holds(account: Account, refreshToken: string): boolean {
    if (account.state !== 'connected' && account.state !== 'needs-reauth') return false;
    if (account.refreshToken == null) return false;
    try {
      return this.vault.decrypt(account.refreshToken, account.id) === refreshToken;
    } catch {
      // Encrypted with a key that is gone: the token that was given anew takes its place.
      return false;
    }
  }
}
