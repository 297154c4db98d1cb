import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { LockMode, SqlEntityManager } from '@mikro-orm/postgresql';
import { accountErasing, AccountEntity, accountNotFound } from '#accounts';
import { appendAccountEvent } from '#event-store';
import { Notifications } from '#platform';
import { cancelRunOf } from '#sync';

import { wakeOffboarding, waitUntil } from '../wait-until.js';
import { DisconnectAccountCommand } from './disconnect-account.command.js';

/** Ends syncs and schedule at once; the worker gives the grant back. */
@CommandHandler(DisconnectAccountCommand)
export class DisconnectAccountHandler implements ICommandHandler<DisconnectAccountCommand> {
  constructor(
    private readonly em: SqlEntityManager,
    private readonly notifications: Notifications,
  ) {}

  /** @throws CodedError account-not-found, account-erasing */
  async execute({ accountId, waitMs }: DisconnectAccountCommand): Promise<boolean> {
    await this.em.fork().transactional(async (tx) => {
      const lockMode = LockMode.PESSIMISTIC_WRITE;
      const account = await tx.findOne(AccountEntity, { id: accountId }, { lockMode });
      if (account === null) throw accountNotFound(accountId);
      if (account.state === 'erasing') throw accountErasing(accountId);
      if (account.state === 'disconnected') return;
      account.state = 'disconnected';
      await tx.flush();
      await appendAccountEvent(tx, accountId, 'AccountDisconnected');
    });
    await cancelRunOf(this.em, accountId);
    const isRevoked = async (): Promise<boolean> =>
      (await this.em.fork().count(AccountEntity, { id: accountId, refreshToken: { $ne: null } })) === 0;
    await wakeOffboarding(this.em);
    return waitUntil(this.notifications, isRevoked, waitMs);
  }
}
