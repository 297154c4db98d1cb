import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { raw, SqlEntityManager } from '@mikro-orm/postgresql';

import { isUuid } from '#platform';

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
    const open = { id: entryId, state: 'open' } as const;
    const closed = { state: 'discarded', closedAt: raw('now()') } as const;
    const discarded = isUuid(entryId)
      ? await this.em.fork().nativeUpdate(QuarantineEntryEntity, open, closed)
      : 0;
    const entry = await this.entries.get(entryId);
    if (discarded === 0) throw closedAlready(entry);
    return entry;
  }
}
