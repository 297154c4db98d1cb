import { Command } from '@nestjs/cqrs';

/** Ends a token, and the sessions that were opened with it. */
export class RevokeTokenCommand extends Command<void> {
  constructor(readonly id: string) {
    super();
  }
}
