import { AccountGrants, Accounts } from '#accounts';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

import { type Run } from '../../runs/run.entity.js';
import { RunQueue } from '../run-queue.js';
import { RunSyncCommand } from './run-sync.command.js';

/** Queues a run; a worker, in this process or another, takes it from there, so a caller that hangs up ends nothing. */
@CommandHandler(RunSyncCommand)
export class RunSyncHandler implements ICommandHandler<RunSyncCommand> {
  constructor(
    private readonly accounts: Accounts,
    private readonly grants: AccountGrants,
    private readonly queue: RunQueue,
  ) {}

  /** @throws CodedError not-authenticated, account-not-found, account-required, sync-in-progress */
  async execute(command: RunSyncCommand): Promise<Run> {
    const account = await this.accounts.choose(command.accountId);
    this.grants.grantOf(account);
    const run = await this.queue.enqueue(account.id, command.mode, 'manual', command.requestId);
    return command.wait ? this.queue.finished(run.id, true) : run;
  }
}
