import { AccountGrants, Accounts } from '#accounts';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

import { type Run } from '../../runs/run.entity.js';
import { RunQueue } from '../run-queue.js';
import { type AskedRun, RunSyncCommand } from './run-sync.command.js';

/** Queues a run; a worker, in this process or another, takes it from there, so a caller that hangs up ends nothing. */
@CommandHandler(RunSyncCommand)
export class RunSyncHandler implements ICommandHandler<RunSyncCommand> {
  constructor(
    private readonly accounts: Accounts,
    private readonly grants: AccountGrants,
    private readonly queue: RunQueue,
  ) {}

  /** @throws CodedError not-authenticated, account-not-found, account-required, sync-in-progress */
  async execute(command: RunSyncCommand): Promise<AskedRun> {
    const run = await this.queued(command);
    return command.wait ? this.queue.finished(run.id, true) : { run, lastPosition: null };
  }

  private async queued({ mode, accountId, requestId, entry }: RunSyncCommand): Promise<Run> {
    const id = accountId ?? (await this.accounts.choose(undefined)).id;
    const asked = { accountId: id, requestedMode: mode, trigger: 'manual', requestId } as const;
    const [run] = await this.queue.enqueueEach([asked], undefined, [entry]);
    if (run !== undefined) return run;
    // Why not: it is not there, not connected, or has an active run. Only the last may be over by now.
    this.grants.grantOf(await this.accounts.get(id));
    return this.queue.enqueue(id, mode, 'manual', requestId);
  }
}
