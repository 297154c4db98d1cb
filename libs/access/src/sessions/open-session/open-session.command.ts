import { Command } from '@nestjs/cqrs';

import { type Session } from '../sessions.js';

/** A person whom the OpenID provider has signed in. */
export interface Person {
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  readonly groups: readonly string[];
}

/** A session that was opened; the secret is for the browser alone. */
export interface OpenedSession {
  readonly secret: string;
  readonly session: Session;
}

/** A browser shows a token, or comes back with a person, and is to be known by a cookie from now on. */
export class OpenSessionCommand extends Command<OpenedSession> {
  constructor(readonly opener: { readonly token: string } | { readonly person: Person }) {
    super();
  }
}
