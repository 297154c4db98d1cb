import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { changeUnderLease, type Lease, Problem } from '#platform';

import { contactEventsToAppend } from '../../snapshots/contact-events-to-append.js';
import { AccountLock } from '../../runs/account-lock.js';
import { deleteContacts } from '../delete-contacts.js';
import { runEnded } from '../../worker/finish-run.js';
import { readRun } from '../../runs/read-run.js';
import { SyncDependencies } from '../../runs/sync-dependencies.js';
import { RunTally } from '../../runs/run-tally.js';
import { type Run } from '../../runs/run.entity.js';
import { heldContacts } from '../held-contacts.js';
import { ResolveHeldDeletionsCommand } from './resolve-held-deletions.command.js';

/** Deletes, or keeps, the contacts that a full sync did not show and that were not seen again since. */
@CommandHandler(ResolveHeldDeletionsCommand)
export class ResolveHeldDeletionsHandler implements ICommandHandler<ResolveHeldDeletionsCommand> {
  constructor(
    private readonly resources: SyncDependencies,
    private readonly lock: AccountLock,
  ) {}

  /** @throws Problem 404 run-not-found, 409 nothing-held, 409 sync-in-progress */
  async execute({ runId, decision }: ResolveHeldDeletionsCommand): Promise<number> {
    const { accountId } = await this.heldRun(runId);
    return this.lock.run(accountId, async (lease) => {
      // Once more under the lease: a newer full sync may have superseded it meanwhile.
      const run = await this.heldRun(runId);
      return decision === 'approve' ? this.approve(run, lease) : this.reject(run, lease);
    });
  }

  private async approve(run: Run, lease: Lease): Promise<number> {
    const em = this.resources.em.fork();
    const contacts = await heldContacts(em, run.id);
    const context = { em, lease, run, tally: RunTally.of(run.statistics), append: contactEventsToAppend };
    const count = await deleteContacts(
      context,
      contacts.map(({ contactId }) => contactId),
      'absent-from-full-sync',
    );
    await this.close(run, lease);
    return count;
  }

  private async reject(run: Run, lease: Lease): Promise<number> {
    await this.close(run, lease);
    return 0;
  }

  private async close(run: Run, lease: Lease): Promise<void> {
    const parameters = [run.id];
    await changeUnderLease(
      this.resources.em.fork(),
      lease,
      [
        { sql: 'delete from held_deletions where run_id = $1', parameters },
        { sql: `update sync_runs set state = 'succeeded' where id = $1`, parameters },
      ],
      [runEnded(run)],
    );
  }

  private async heldRun(runId: string): Promise<Run> {
    const run = await readRun(this.resources.em.fork(), runId);
    if (run === null) throw new Problem(404, 'run-not-found', `There is no run ${runId}.`);
    if (run.state !== 'held') {
      throw new Problem(409, 'nothing-held', `Run ${runId} holds no deletions: its state is ${run.state}.`);
    }
    return run;
  }
}
