import { Command } from '@nestjs/cqrs';

import { type Account } from '../../account.entity.js';

/** What Google sent back with the browser. */
export interface SignInAnswer {
  readonly state: string | undefined;
  readonly code: string | undefined;
  /** Why there is no code, in OAuth's words. */
  readonly error: string | undefined;
  /** Who says that it answers (RFC 9207). */
  readonly issuer: string | undefined;
  /** What the browser keeps since it began, see {@link BrowserSecret}. */
  readonly secret: string | undefined;
}

/** A person comes back from Google. Answers with the account that is connected now. */
export class CompleteSignInCommand extends Command<Account> {
  constructor(readonly answer: SignInAnswer) {
    super();
  }
}
