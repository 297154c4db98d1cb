import { randomUUID } from 'node:crypto';

import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { LockMode, SqlEntityManager } from '@mikro-orm/postgresql';
import { AccountEntity, accountNotFound } from '#accounts';
import { Notifications } from '#platform';
import { cancelRunOf } from '#sync';

import { ErasureEntity } from '../erasure.entity.js';
import { wakeOffboarding, waitUntil } from '../wait-until.js';
import { EraseAccountCommand } from './erase-account.command.js';

/** Marks the account; the worker, in whichever process, erases it. */
@CommandHandler(EraseAccountCommand)
export class EraseAccountHandler implements ICommandHandler<EraseAccountCommand> {
  constructor(
    private readonly em: SqlEntityManager,
    private readonly notifications: Notifications,
  ) {}

  /** @throws CodedError account-not-found, also for one that is erased */
  async execute({ accountId, waitMs }: EraseAccountCommand): Promise<boolean> {
    await this.em.fork().transactional(async (tx) => {
      // Two who ask at once begin one erasure.
      const lockMode = LockMode.PESSIMISTIC_WRITE;
      const account = await tx.findOne(AccountEntity, { id: accountId }, { lockMode });
      if (account === null) throw accountNotFound(accountId);
      account.state = 'erasing';
      const known = await tx.findOne(ErasureEntity, { accountId });
      if (known === null) {
        tx.create(ErasureEntity, { accountId, id: randomUUID(), begunAt: new Date(), step: 'record' });
      } else if (known.finishedAt != null) {
        // It was put back since, by hand or from a backup.
        tx.assign(known, { finishedAt: null, step: 'record' });
      }
    });
    await cancelRunOf(this.em, accountId);
    const isDone = async (): Promise<boolean> =>
      (await this.em.fork().count(ErasureEntity, { accountId, finishedAt: { $ne: null } })) > 0;
    await wakeOffboarding(this.em);
    return waitUntil(this.notifications, isDone, waitMs);
  }
}
