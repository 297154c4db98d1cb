import { Command } from '@nestjs/cqrs';

import { type Run } from '../../runs/run.entity.js';

/** Someone wants a run to end. Answers with the run: over, or as it is if `wait` is false. */
export class CancelRunCommand extends Command<Run> {
  constructor(
    readonly runId: string,
    readonly wait: boolean,
  ) {
    super();
  }
}
