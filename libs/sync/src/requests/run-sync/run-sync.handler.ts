import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

import { Accounts } from '#accounts';
import { RunQueue } from '../run-queue.js';
import { RunSyncCommand } from './run-sync.command.js';
import { type Run } from '../../runs/run.entity.js';

/** Queues a run; a worker, in this process or another, takes it from there, so a caller that hangs up ends nothing. */
@CommandHandler(RunSyncCommand)
export class RunSyncHandler implements ICommandHandler<RunSyncCommand> {
  constructor(
    private readonly accounts: Accounts,
    private readonly queue: RunQueue,
  ) {}

  /** @throws Problem 401 not-authenticated, 404 account-not-found, 400 account-required, 409 sync-in-progress */
  async execute(command: RunSyncCommand): Promise<Run> {
    const account = await this.accounts.choose(command.accountId, command.visibleAccountId);
    this.accounts.refreshTokenOf(account);
    const run = await this.queue.enqueue(account.id, command.mode, 'manual');
    return command.wait ? this.queue.finished(run.id, true) : run;
  }
}
