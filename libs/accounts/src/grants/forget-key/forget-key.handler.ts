import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { appendAccountEvent } from '#event-store';

import { AccountEntity } from '../../account.entity.js';
import { UNKNOWN_KEY } from '../grant-keys.js';
import { RefreshTokenVault } from '../refresh-token-vault.js';
import { storedGrants } from '../stored-grants.js';
import { ForgetKeyCommand } from './forget-key.command.js';

/** Drops the refresh tokens that were encrypted with a key that is lost: their accounts must sign in again. */
@CommandHandler(ForgetKeyCommand)
export class ForgetKeyHandler implements ICommandHandler<ForgetKeyCommand> {
  constructor(
    private readonly em: SqlEntityManager,
    private readonly vault: RefreshTokenVault,
  ) {}

  /** Drops nothing that a key which is given decrypts. */
  async execute({ keyId }: ForgetKeyCommand): Promise<number> {
    if (this.vault.keyIds.includes(keyId)) return 0;
    let forgotten = 0;
    for await (const grants of storedGrants(this.em)) {
      for (const { accountId: id, stored: refreshToken } of grants) {
        if ((this.vault.keyIdOf(refreshToken, id) ?? UNKNOWN_KEY) !== keyId) continue;
        forgotten += await this.drop({ id, refreshToken });
      }
    }
    return forgotten;
  }

  /** @returns 1; 0 where it has another one by now */
  private async drop(of: { readonly id: string; readonly refreshToken: string }): Promise<number> {
    const gone = { refreshToken: null };
    const connected = { ...of, state: 'connected' } as const;
    return this.em.fork().transactional(async (tx) => {
      if (await tx.nativeUpdate(AccountEntity, connected, { ...gone, state: 'needs-reauth' })) {
        await appendAccountEvent(tx, of.id, 'AccountNeedsSignIn');
        return 1;
      }
      return tx.nativeUpdate(AccountEntity, of, gone);
    });
  }
}
