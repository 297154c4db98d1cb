import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { PersonNotUnderstood, readPerson, type SeenPerson } from '#contact';
import { noticesOf } from '#event-store';
import { changeUnderLease, type Lease, Problem } from '#platform';

import { contactEventsToAppend } from '../../snapshots/contact-events-to-append.js';
import { decideSightings } from '../../snapshots/decide-sightings.js';
import { PageDirectory } from '../../snapshots/page-directory.js';
import { AccountLock } from '../../runs/account-lock.js';
import { decisionContext } from '../../runs/run-context.js';
import { SyncDependencies } from '../../runs/sync-dependencies.js';
import { QuarantineEntries } from '../quarantine-entries.js';
import { type QuarantineEntry } from '../quarantine-entry.entity.js';
import { ReplayQuarantinedCommand } from './replay-quarantined.command.js';

/** Takes a stored payload the same way as a person of a page, under the account's lease. */
@CommandHandler(ReplayQuarantinedCommand)
export class ReplayQuarantinedHandler implements ICommandHandler<ReplayQuarantinedCommand> {
  constructor(
    private readonly resources: SyncDependencies,
    private readonly entries: QuarantineEntries,
    private readonly lock: AccountLock,
  ) {}

  /** @throws Problem 404 quarantine-entry-not-found, 409 (superseded, replayed, discarded), 422 still-not-understood */
  async execute({ entryId }: ReplayQuarantinedCommand): Promise<QuarantineEntry> {
    const { accountId } = await this.open(entryId);
    return this.lock.run(accountId, async (lease) => {
      // Once more under the lease: a run may have seen the person meanwhile.
      await this.replay(await this.open(entryId), lease);
      return (await this.entries.find(entryId)) ?? this.open(entryId);
    });
  }

  private async replay(entry: QuarantineEntry, lease: Lease): Promise<void> {
    const person = understood(entry);
    const em = this.resources.em.fork();
    const directory = await PageDirectory.read(em, entry.accountId, [person], null);
    const context = decisionContext({ id: entry.runId, accountId: entry.accountId }, directory.readAt);
    const { decision, changes } = await decideSightings(em, [person], context, directory);
    const appended = contactEventsToAppend(decision.events, decision.snapshots);
    await changeUnderLease(
      em,
      lease,
      [
        ...appended,
        { sql: `update quarantined_persons set state = 'replayed' where id = $1`, parameters: [entry.id] },
        ...changes,
      ],
      noticesOf(appended),
    );
  }

  private async open(id: string): Promise<QuarantineEntry> {
    const entry = await this.entries.find(id);
    if (entry === null)
      throw new Problem(404, 'quarantine-entry-not-found', `There is no quarantine entry ${id}.`);
    if (entry.state === 'open') return entry;
    throw new Problem(
      409,
      entry.state,
      entry.state === 'superseded'
        ? 'The person was seen, changed or deleted since; what is stored here is older.'
        : `The entry is ${entry.state} already.`,
    );
  }
}

function understood(entry: QuarantineEntry): SeenPerson {
  let person;
  try {
    person = readPerson(entry.payload);
  } catch (error) {
    if (!(error instanceof PersonNotUnderstood)) throw error;
    throw new Problem(422, 'still-not-understood', `${error.message}. The entry stays open.`);
  }
  if (person.kind === 'seen') return person;
  throw new Problem(
    422,
    'still-not-understood',
    'The payload tells of a deletion; the next sync applies it.',
  );
}
