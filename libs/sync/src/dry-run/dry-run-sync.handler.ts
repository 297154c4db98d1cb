import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

import { AccountLock } from '../runs/account-lock.js';
import { type DryRun, dryRun } from './dry-run.js';
import { DryRunSyncCommand } from './dry-run-sync.command.js';
import { SyncDependencies } from '../runs/sync-dependencies.js';

@CommandHandler(DryRunSyncCommand)
export class DryRunSyncHandler implements ICommandHandler<DryRunSyncCommand> {
  constructor(
    private readonly resources: SyncDependencies,
    private readonly lock: AccountLock,
  ) {}

  /** @throws as RunSyncHandler does, and RunFailed */
  async execute(command: DryRunSyncCommand): Promise<DryRun> {
    const { accounts } = this.resources;
    const account = await accounts.choose(command.accountId, command.visibleAccountId);
    accounts.refreshTokenOf(account);
    return this.lock.run(account.id, (lease, signal) =>
      dryRun(this.resources, account, command.mode, lease, signal),
    );
  }
}
