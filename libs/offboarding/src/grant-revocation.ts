import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type Account, AccountEntity, type RefreshTokenVault } from '#accounts';
import { type GooglePeopleSources } from '#google-people';

/** Gives grants back to Google. */
export class GrantRevocation {
  constructor(
    private readonly em: SqlEntityManager,
    private readonly vault: RefreshTokenVault,
    private readonly google: Pick<GooglePeopleSources, 'revoke'>,
  ) {}

  /**
   * Ends what Google has granted for the account, and forgets the token. It may be repeated: a grant that is over is none.
   *
   * @throws GoogleError where Google cannot be asked now
   */
  async revoke({ id, refreshToken }: Account): Promise<void> {
    if (refreshToken == null) return;
    await this.google.revoke(this.vault.decrypt(refreshToken, id));
    // Another one may have been stored meanwhile, by a sign-in.
    await this.em.fork().nativeUpdate(AccountEntity, { id, refreshToken }, { refreshToken: null });
  }

  /** Accounts that are disconnected and have a grant all the same. */
  open(): Promise<Account[]> {
    return this.em.fork().find(AccountEntity, { state: 'disconnected', refreshToken: { $ne: null } });
  }
}
