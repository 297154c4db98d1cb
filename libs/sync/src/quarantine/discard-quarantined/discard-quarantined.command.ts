import { Command } from '@nestjs/cqrs';

import { type QuarantineEntry } from '../quarantine-entry.entity.js';

/** Someone decides that a quarantined person will never be replayed. Answers with the closed entry. */
export class DiscardQuarantinedCommand extends Command<QuarantineEntry> {
  constructor(readonly entryId: string) {
    super();
  }
}
