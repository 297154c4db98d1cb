import { Command } from '@nestjs/cqrs';

import { type QuarantineEntry } from '../quarantine-entry.entity.js';

/** Someone asks for a quarantined person to be read by today's rules. */
export class ReplayQuarantinedCommand extends Command<QuarantineEntry> {
  constructor(readonly entryId: string) {
    super();
  }
}
