import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { raw, SqlEntityManager } from '@mikro-orm/postgresql';

import { closedAlready, QuarantineEntries } from '../quarantine-entries.js';
import { type QuarantineEntry, QuarantineEntryEntity } from '../quarantine-entry.entity.js';
import { DiscardQuarantinedCommand } from './discard-quarantined.command.js';

@CommandHandler(DiscardQuarantinedCommand)
export class DiscardQuarantinedHandler implements ICommandHandler<DiscardQuarantinedCommand> {
  constructor(
    private readonly em: SqlEntityManager,
    private readonly entries: QuarantineEntries,
  ) {}

  /** @throws CodedError quarantine-entry-not-found, superseded, replayed, discarded */
  async execute({ entryId }: DiscardQuarantinedCommand): Promise<QuarantineEntry> {
    const { id } = await this.entries.get(entryId);
    const discarded = await this.em
      .fork()
      .nativeUpdate(
        QuarantineEntryEntity,
        { id, state: 'open' },
        { state: 'discarded', closedAt: raw('now()') },
      );
    const entry = await this.entries.get(id);
    if (discarded === 0) throw closedAlready(entry);
    return entry;
  }
}
