import { LockMode, type SqlEntityManager, UniqueConstraintViolationException } from '@mikro-orm/postgresql';
import { appendAccountEvent } from '#event-store';
import { endsSignIn, type GooglePersons, type Grant } from '#google-people';
import { CodedError } from '#platform';

import { type Account, AccountEntity } from '../account.entity.js';
import { accountErasing } from '../accounts.js';
import { type RefreshTokenVault } from './refresh-token-vault.js';

/** What Google has granted: the refresh tokens of accounts, and whether they still count. */
export class AccountGrants {
  constructor(
    private readonly em: SqlEntityManager,
    private readonly vault: RefreshTokenVault,
  ) {}

  /**
   * With what an account's contacts are asked for, and where a refresh token is kept that Google gives in its place.
   *
   * @throws CodedError account-erasing; not-authenticated where the person must sign in; internal-error where no key
   * decrypts the token
   */
  grantOf(account: Account): Grant {
    const { state, delegatedSubject, refreshToken } = account;
    if (state === 'erasing') throw accountErasing(account.id);
    if (state === 'connected' && delegatedSubject != null) return { subject: delegatedSubject };
    if (state !== 'connected' || refreshToken == null) {
      throw new CodedError(
        'not-authenticated',
        `The account ${account.name} must sign in to Google again: open /api/auth/google?accountId=${account.id} in a browser.`,
      );
    }
    return this.keeping(account.id, this.decrypted(account.id, refreshToken));
  }

  private keeping(accountId: string, refreshToken: string): Grant {
    return {
      refreshToken,
      replaced: (next, former) =>
        this.em.fork().transactional(async (tx) => {
          const lockMode = LockMode.PESSIMISTIC_WRITE;
          const account = await tx.findOne(AccountEntity, { id: accountId }, { lockMode });
          // In its own place only: who has signed in meanwhile has one of another sign-in.
          if (account === null || !this.holds(account, former)) return;
          account.refreshToken = this.vault.encrypt(next, accountId);
        }),
    };
  }

  /** Whether the account has this very token. */
  holds(account: Account, refreshToken: string): boolean {
    if (account.refreshToken == null) return false;
    try {
      return this.decrypted(account.id, account.refreshToken) === refreshToken;
    } catch {
      // Damaged: a token that is given anew takes its place. A start without its key does not come here.
      return false;
    }
  }

  /**
   * Makes sure that it is known whose contacts an account holds, before anything is done with them. An account of old,
   * connected by a token alone, is asked for with its own grant, once.
   *
   * @returns the account, with its person's id
   * @throws GoogleError; CodedError as grantOf does, and account-duplicate
   */
  async identified(account: Account, google: GooglePersons, signal?: AbortSignal): Promise<Account> {
    if (account.googleSubject != null) return account;
    return this.identify(account, this.grantOf(account), google, signal);
  }

  /**
   * Makes sure of it for every account that can still be asked, so that a person who comes is told from all of them.
   *
   * @throws GoogleError when Google cannot answer now
   */
  async identifyAll(google: GooglePersons, signal?: AbortSignal): Promise<void> {
    const unknown = await this.em.fork().find(AccountEntity, {
      googleSubject: null,
      refreshToken: { $ne: null },
      state: { $in: ['connected', 'needs-reauth'] },
    });
    for (const account of unknown) {
      try {
        const refreshToken = this.decrypted(account.id, account.refreshToken ?? '');
        await this.identify(account, this.keeping(account.id, refreshToken), google, signal);
      } catch (error) {
        if (endsSignIn(error)) await this.needsSignIn(account.id);
        else if (!(error instanceof CodedError)) throw error;
      }
    }
  }

  private async identify(
    account: Account,
    grant: Grant,
    google: GooglePersons,
    signal?: AbortSignal,
  ): Promise<Account> {
    const { subject, email } = await google.whoIs(grant, signal);
    const em = this.em.fork();
    const learnt = { googleSubject: subject, email: account.email ?? email };
    try {
      await em.nativeUpdate(AccountEntity, { id: account.id }, learnt);
    } catch (error) {
      if (!(error instanceof UniqueConstraintViolationException)) throw error;
      return this.refuseDuplicate(account, subject);
    }
    return { ...account, ...learnt };
  }

  /** Two accounts of one person would hold each contact twice: the one that was not known by the person is left. */
  private async refuseDuplicate({ id }: Account, subject: string): Promise<never> {
    const em = this.em.fork();
    await em.transactional(async (tx) => {
      await tx.nativeUpdate(AccountEntity, { id }, { state: 'disconnected', refreshToken: null });
      await appendAccountEvent(tx, id, 'AccountDisconnected');
    });
    const other = await em.findOneOrFail(AccountEntity, { googleSubject: subject });
    throw new CodedError(
      'account-duplicate',
      `Account ${id} is the same Google person as account ${other.id}: it is disconnected, its contacts stay as they are. Sync account ${other.id}.`,
    );
  }

  private decrypted(accountId: string, refreshToken: string): string {
    try {
      return this.vault.decrypt(refreshToken, accountId);
    } catch (error) {
      throw new CodedError(
        'internal-error',
        `Sync failed: ${(error as Error).message}.`,
        {},
        { cause: error },
      );
    }
  }

  /** Google no longer accepts the account's sign-in: nothing is tried until its person signs in again. */
  async needsSignIn(accountId: string): Promise<void> {
    await this.em.fork().transactional(async (tx) => {
      const connected = { id: accountId, state: 'connected' } as const;
      const isNews = (await tx.nativeUpdate(AccountEntity, connected, { state: 'needs-reauth' })) > 0;
      if (isNews) await appendAccountEvent(tx, accountId, 'AccountNeedsSignIn');
    });
  }
}
