import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

import { AccountLock } from '../lease/account-lock.js';
import { type Rehearsal, rehearseRun } from './rehearse-run.js';
import { RehearseSyncCommand } from './rehearse-sync.command.js';
import { RunResources } from './run-resources.js';

@CommandHandler(RehearseSyncCommand)
export class RehearseSyncHandler implements ICommandHandler<RehearseSyncCommand> {
  constructor(
    private readonly resources: RunResources,
    private readonly lock: AccountLock,
  ) {}

  /** @throws as RunSyncHandler does, and RunFailed */
  async execute(command: RehearseSyncCommand): Promise<Rehearsal> {
    const { accounts } = this.resources;
    const account = await accounts.choose(command.accountId, command.visibleAccountId);
    accounts.refreshTokenOf(account);
    return this.lock.run(account.id, (lease, signal) =>
      rehearseRun(this.resources, account, command.mode, lease, signal),
    );
  }
}
