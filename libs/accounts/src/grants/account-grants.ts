import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { CodedError } from '#platform';

import { type Account, AccountEntity } from '../account.entity.js';
import { type RefreshTokenVault } from './refresh-token-vault.js';

/** What Google has granted: the refresh tokens of accounts, and whether they still count. */
export class AccountGrants {
  constructor(
    private readonly em: SqlEntityManager,
    private readonly vault: RefreshTokenVault,
  ) {}

  /** @throws CodedError not-authenticated where the person must sign in; internal-error where no key decrypts it */
  refreshTokenOf(account: Account): string {
    if (account.state !== 'connected' || account.refreshToken == null) {
      throw new CodedError(
        'not-authenticated',
        `The account ${account.name} must sign in to Google again: open /api/auth/google in a browser.`,
      );
    }
    try {
      return this.vault.decrypt(account.refreshToken, account.id);
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
    await this.em
      .fork()
      .nativeUpdate(AccountEntity, { id: accountId, state: 'connected' }, { state: 'needs-reauth' });
  }
}
