import { Command } from '@nestjs/cqrs';

import { type DryRun } from './dry-run.js';
import { type RequestedMode } from '../runs/run.entity.js';

/** Someone asks what a sync would do. Nothing is stored. */
export class DryRunSyncCommand extends Command<DryRun> {
  constructor(
    readonly mode: RequestedMode,
    readonly accountId: string | undefined,
  ) {
    super();
  }
}
