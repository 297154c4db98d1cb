import { Command } from '@nestjs/cqrs';
import { type SignedIn } from '#google-people';

import { type Account } from '../account.entity.js';

/** A refresh token out of the configuration, for the account of a given name. */
export interface GivenGrant {
  readonly name: string;
  readonly refreshToken: string;
}

/**
 * Connects a Google account, or connects it again: then it keeps its id and its contacts.
 *
 * Answers with an account in need of a sign-in when Google has refused this very token before.
 */
export class ConnectAccountCommand extends Command<Account> {
  /** @param grant of a person who signed in, or given by an operator */
  constructor(readonly grant: SignedIn | GivenGrant) {
    super();
  }
}
