import { Command } from '@nestjs/cqrs';

/** Someone has lost a key. Answers with how many accounts must sign in again. */
export class ForgetKeyCommand extends Command<number> {
  /** @param keyId of a key that is not given, or UNKNOWN_KEY */
  constructor(readonly keyId: string) {
    super();
  }
}
