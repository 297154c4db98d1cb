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
    const isSignedIn = 'subject' in grant;
    const who = isSignedIn
      ? { name: grant.email ?? grant.subject, email: grant.email, googleSubject: grant.subject }
      : { name: grant.name, email: null, googleSubject: null };
    // A person is known by Google's subject, whatever the address; a given token only by its name.
    const key = isSignedIn ? { googleSubject: who.googleSubject } : { name: who.name, googleSubject: null };
    return this.em.fork().transactional(async (tx) => {
      const known = await tx.findOne(AccountEntity, key);
      if (known !== null && !isSignedIn && this.holds(known, grant.refreshToken)) return known;
      const id = known?.id ?? randomUUID();
      const connected = {
        ...who,
        state: 'connected' as const,
        refreshToken: this.vault.encrypt(grant.refreshToken, id),
        connectedAt: new Date(),
      };
      return known === null ? tx.create(AccountEntity, { id, ...connected }) : tx.assign(known, connected);
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
