import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { changeUnderLease, CodedError, type Lease } from '#platform';

import { AccountLock } from '../../runs/account-lock.js';
import { runEnded } from '../../runs/end-run.sql.js';
import { RunTally } from '../../runs/run-tally.js';
import { type Run } from '../../runs/run.entity.js';
import { Runs } from '../../runs/runs.js';
import { SyncDependencies } from '../../runs/sync-dependencies.js';
import { contactEventsToAppend } from '../../snapshots/decide-sightings.js';
import { deleteContacts } from '../delete-contacts.js';
import { heldContacts } from '../held-deletions.sql.js';
import { closeHeldRun } from './close-held-run.sql.js';
import { ResolveHeldDeletionsCommand } from './resolve-held-deletions.command.js';

/** Deletes, or keeps, the contacts that a full sync did not show and that were not seen again since. */
@CommandHandler(ResolveHeldDeletionsCommand)
export class ResolveHeldDeletionsHandler implements ICommandHandler<ResolveHeldDeletionsCommand> {
  constructor(
    private readonly dependencies: SyncDependencies,
    private readonly runs: Runs,
    private readonly lock: AccountLock,
  ) {}

  /** @throws CodedError run-not-found, nothing-held, sync-in-progress */
  async execute({ runId, decision }: ResolveHeldDeletionsCommand): Promise<number> {
    const { accountId } = await this.heldRun(runId);
    return this.lock.run(accountId, async (lease) => {
      // Once more under the lease: a newer full sync may have superseded it meanwhile.
      const run = await this.heldRun(runId);
      return decision === 'approve' ? this.approve(run, lease) : this.reject(run, lease);
    });
  }

  private async approve(run: Run, lease: Lease): Promise<number> {
    const em = this.dependencies.em.fork();
    const contacts = await heldContacts(em, run.id);
    const context = { em, lease, run, tally: RunTally.of(run.statistics), append: contactEventsToAppend };
    const count = await deleteContacts(context, contacts, 'absent-from-full-sync');
    await this.close(run, lease);
    return count;
  }

  private async reject(run: Run, lease: Lease): Promise<number> {
    await this.close(run, lease);
    return 0;
  }

  private async close(run: Run, lease: Lease): Promise<void> {
    await changeUnderLease(this.dependencies.em.fork(), lease, closeHeldRun(run), [runEnded(run)]);
  }

  private async heldRun(runId: string): Promise<Run> {
    const run = await this.runs.get(runId);
    if (run.state !== 'held') {
      throw new CodedError('nothing-held', `Run ${runId} holds no deletions: its state is ${run.state}.`);
    }
    return run;
  }
}
