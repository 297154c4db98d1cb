import { AccountGrants, Accounts } from '#accounts';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

import { AccountLock } from '../runs/account-lock.js';
import { SyncDependencies } from '../runs/sync-dependencies.js';
import { DryRunSyncCommand } from './dry-run-sync.command.js';
import { type DryRun, dryRun } from './dry-run.js';

@CommandHandler(DryRunSyncCommand)
export class DryRunSyncHandler implements ICommandHandler<DryRunSyncCommand> {
  constructor(
    private readonly accounts: Accounts,
    private readonly grants: AccountGrants,
    private readonly dependencies: SyncDependencies,
    private readonly lock: AccountLock,
  ) {}

  /** @throws as RunSyncHandler does, and RunFailed */
  async execute(command: DryRunSyncCommand): Promise<DryRun> {
    const account = await this.accounts.choose(command.accountId);
    this.grants.grantOf(account);
    return this.lock.run(account.id, (lease, signal) =>
      dryRun(this.dependencies, account, command.mode, lease, signal),
    );
  }
}
