import { Command } from '@nestjs/cqrs';
import { type GooglePerson, type SignedIn } from '#google-people';

import { type Account } from '../account.entity.js';

/** A person in whose name the service account may ask. */
export interface Delegated extends GooglePerson {
  readonly delegatedSubject: string;
}

/** Which account a grant is meant for; whose contacts it holds, the person decides alone. */
export interface ConnectOptions {
  /** What the account is to be called from now on, and no other one. */
  readonly name?: string;
  /** The account that is signed in again: another person is refused. */
  readonly accountId?: string;
  /** The link that it is used up by, and whose reference the account gets. */
  readonly linkHash?: string;
  /** Gives it up, where Google has to be asked who other accounts are. */
  readonly signal?: AbortSignal;
}

/** Connects a Google person's account, or connects it again: then it keeps its id and its contacts. */
export class ConnectAccountCommand extends Command<Account> {
  constructor(
    readonly grant: SignedIn | Delegated,
    readonly options: ConnectOptions = {},
  ) {
    super();
  }
}
