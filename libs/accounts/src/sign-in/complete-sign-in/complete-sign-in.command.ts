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

export interface CompletedSignIn {
  /** Connected now. */
  readonly account: Account;
  /** Where the browser is to go; null: nowhere else. */
  readonly returnTo: string | null;
}

/** A person comes back from Google. */
export class CompleteSignInCommand extends Command<CompletedSignIn> {
  constructor(readonly answer: SignInAnswer) {
    super();
  }
}
