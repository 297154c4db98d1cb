import { Command } from '@nestjs/cqrs';

/** Someone decides on the deletions that a run holds. Answers with how many contacts were deleted. */
export class ResolveHeldDeletionsCommand extends Command<number> {
  constructor(
    readonly runId: string,
    readonly decision: 'approve' | 'reject',
  ) {
    super();
  }
}
