import { Command } from '@nestjs/cqrs';

/** A browser is not to be known any more. */
export class EndSessionCommand extends Command<void> {
  constructor(readonly secret: string) {
    super();
  }
}
