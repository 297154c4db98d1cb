import { Command } from '@nestjs/cqrs';

import { type BrowserSecret } from '../browser-secret.js';

/** A sign-in that has begun. */
export interface BegunSignIn extends BrowserSecret {
  /** At Google, where the browser is to be sent. */
  readonly url: string;
}

/** A person wants to connect an account. Whoever sends the browser to Google has it keep the secret. */
export class BeginSignInCommand extends Command<BegunSignIn> {
  /**
   * @param accountId the account that is to be signed in again; left out: whoever comes
   * @param linkToken of the link that leads through it
   */
  constructor(
    readonly accountId: string | undefined,
    readonly linkToken?: string,
  ) {
    super();
  }
}
