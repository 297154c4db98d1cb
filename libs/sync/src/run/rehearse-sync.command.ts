import { Command } from '@nestjs/cqrs';

import { type Rehearsal } from './rehearse-run.js';
import { type RequestedMode } from './run.entity.js';

/** Someone asks what a sync would do. Nothing is stored. */
export class RehearseSyncCommand extends Command<Rehearsal> {
  constructor(
    readonly mode: RequestedMode,
    readonly accountId: string | undefined,
    readonly visibleAccountId: string | null,
  ) {
    super();
  }
}
