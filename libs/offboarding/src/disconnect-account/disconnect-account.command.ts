import { Command } from '@nestjs/cqrs';

/**
 * Somebody wants an account's contacts to be synced no more; what is stored of them stays. Answers whether Google has
 * taken the grant back, or else that is tried until it has.
 */
export class DisconnectAccountCommand extends Command<boolean> {
  /** @param waitMs how long Google is waited for */
  constructor(
    readonly accountId: string,
    readonly waitMs: number,
  ) {
    super();
  }
}
