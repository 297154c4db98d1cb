import { Command } from '@nestjs/cqrs';

import { type RequestedMode, type Run } from '../../runs/run.entity.js';

/** Someone asks for a sync. Answers with the run: over, or just queued if `wait` is false. */
export class RunSyncCommand extends Command<Run> {
  constructor(
    readonly mode: RequestedMode,
    /** Left out: the only connected account. */
    readonly accountId: string | undefined,
    readonly wait: boolean,
    /** Of the call that asks for it. */
    readonly requestId: string,
  ) {
    super();
  }
}
