import { Command } from '@nestjs/cqrs';
import { type Change } from '#platform';

import { type Run, type RequestedMode } from '../../runs/run.entity.js';

/** What became of a {@link RunSyncCommand}. */
export interface AskedRun {
  /** Over, or just queued where nobody waits. */
  readonly run: Run;
  /** Of the last event that its account had then, whoever made it; 0 where it had none; null where nobody waits. */
  readonly lastPosition: bigint | null;
}

/** Someone asks for a sync. */
export class RunSyncCommand extends Command<AskedRun> {
  constructor(
    readonly mode: RequestedMode,
    /** Left out: the only connected account. */
    readonly accountId: string | undefined,
    readonly wait: boolean,
    /** Of the call that asks for it. */
    readonly requestId: string,
    /** Of the audit; the statement that queues the run writes it, or nothing is queued. */
    readonly entry: Change,
  ) {
    super();
  }
}
