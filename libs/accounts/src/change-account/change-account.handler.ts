import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { SqlEntityManager } from '@mikro-orm/postgresql';

import { type Account, AccountEntity } from '../account.entity.js';
import { accountNotFound } from '../accounts.js';
import { ChangeAccountCommand } from './change-account.command.js';

@CommandHandler(ChangeAccountCommand)
export class ChangeAccountHandler implements ICommandHandler<ChangeAccountCommand> {
  constructor(private readonly em: SqlEntityManager) {}

  /** @throws CodedError account-not-found */
  async execute({ accountId, change }: ChangeAccountCommand): Promise<Account> {
    const em = this.em.fork();
    const account = await em.findOne(AccountEntity, { id: accountId });
    if (account === null) throw accountNotFound(accountId);
    if (change.region !== undefined) account.region = change.region;
    await em.flush();
    return account;
  }
}
