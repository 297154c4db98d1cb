import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { noticesOf } from '#event-store';
import { changeUnderLease, type Lease } from '#platform';

import { AccountLock } from '../../runs/account-lock.js';
import { SyncDependencies } from '../../runs/sync-dependencies.js';
import { contactEventsToAppend } from '../../snapshots/decide-sightings.js';
import { type QuarantineEntry } from '../quarantine-entry.entity.js';
import { closedAlready, QuarantineEntries } from '../quarantine-entries.js';
import { decideReplay } from './decide-replay.js';
import { ReplayQuarantinedCommand } from './replay-quarantined.command.js';

/** Takes a stored payload the same way as a person of a page, under the account's lease. */
@CommandHandler(ReplayQuarantinedCommand)
export class ReplayQuarantinedHandler implements ICommandHandler<ReplayQuarantinedCommand> {
  constructor(
    private readonly dependencies: SyncDependencies,
    private readonly entries: QuarantineEntries,
    private readonly lock: AccountLock,
  ) {}

  /** @throws CodedError quarantine-entry-not-found, superseded, replayed, discarded, still-not-understood, sync-in-progress */
  async execute({ entryId }: ReplayQuarantinedCommand): Promise<QuarantineEntry> {
    const { accountId } = await this.open(entryId);
    return this.lock.run(accountId, async (lease) => {
      // Once more under the lease: a run may have seen the person meanwhile.
      await this.replay(await this.open(entryId), lease);
      return this.entries.get(entryId);
    });
  }

  private async replay(entry: QuarantineEntry, lease: Lease): Promise<void> {
    const em = this.dependencies.em.fork();
    const { decision, changes } = await decideReplay(em, entry);
    const appended = contactEventsToAppend(decision.events, decision.snapshots);
    await changeUnderLease(
      em,
      lease,
      [
        ...appended,
        {
          sql: `update quarantined_persons set state = 'replayed', closed_at = now() where id = $1`,
          parameters: [entry.id],
        },
        ...changes,
      ],
      noticesOf(appended),
    );
  }

  private async open(id: string): Promise<QuarantineEntry> {
    const entry = await this.entries.get(id);
    if (entry.state === 'open') return entry;
    throw closedAlready(entry);
  }
}
