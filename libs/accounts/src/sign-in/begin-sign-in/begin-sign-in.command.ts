import { Command } from '@nestjs/cqrs';

/** A person wants to connect an account. Answers with the URL at Google to send the browser to. */
export class BeginSignInCommand extends Command<string> {
  /** @param accountId the account that is to be signed in again; left out: whoever comes */
  constructor(readonly accountId: string | undefined) {
    super();
  }
}
