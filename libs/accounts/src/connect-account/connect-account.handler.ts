import { randomUUID } from 'node:crypto';

import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { SqlEntityManager, UniqueConstraintViolationException } from '@mikro-orm/postgresql';

import { type Account, AccountEntity } from '../account.entity.js';
import { RefreshTokenVault } from '../grants/refresh-token-vault.js';
import { ConnectAccountCommand } from './connect-account.command.js';

@CommandHandler(ConnectAccountCommand)
export class ConnectAccountHandler implements ICommandHandler<ConnectAccountCommand> {
  constructor(
    private readonly em: SqlEntityManager,
    private readonly vault: RefreshTokenVault,
  ) {}

  async execute({ grant }: ConnectAccountCommand): Promise<Account> {
    try {
      return await this.connect(grant);
    } catch (error) {
      // Another process connected the same account a moment before.
      if (error instanceof UniqueConstraintViolationException) return this.connect(grant);
      throw error;
    }
  }

  private async connect(grant: ConnectAccountCommand['grant']): Promise<Account> {
    return this.em.fork().transactional(async (tx) => {
      const who =
        'subject' in grant ? { googleSubject: grant.subject } : { name: grant.name, googleSubject: null };
      const known = await tx.findOne(AccountEntity, who);
      if (known !== null && !('subject' in grant) && this.holds(known, grant.refreshToken)) return known;
      const id = known?.id ?? randomUUID();
      const signIn = {
        ...('subject' in grant ? { name: grant.email ?? grant.subject, email: grant.email } : {}),
        state: 'connected' as const,
        refreshToken: this.vault.encrypt(grant.refreshToken, id),
        connectedAt: new Date(),
      };
      if (known !== null) return tx.assign(known, signIn);
      return tx.create(AccountEntity, { id, name: '', ...who, ...signIn });
    });
  }

  /** Whether the account has the token already, accepted or refused: given again at each start, it is no sign-in. */
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
