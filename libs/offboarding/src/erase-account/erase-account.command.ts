import { Command } from '@nestjs/cqrs';

/** Somebody wants every fact about an account gone. Answers whether it is, or else it is going on. */
export class EraseAccountCommand extends Command<boolean> {
  /** @param waitMs how long its end is waited for */
  constructor(
    readonly accountId: string,
    readonly waitMs: number,
  ) {
    super();
  }
}
