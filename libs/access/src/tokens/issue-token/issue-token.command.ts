import { Command } from '@nestjs/cqrs';
import { type Scope } from '#platform';

import { type Principal } from '../../principal.js';
import { type IssuedToken } from '../api-token.entity.js';

export interface TokenDraft {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** The one account that it may see; null for all. */
  readonly accountId: string | null;
  readonly expiresAt: Date;
}

/** A token that was issued; nobody can read it again. */
export interface FreshToken {
  readonly token: string;
  readonly issued: IssuedToken;
}

/** Issues a token that may do no more than whoever asks for it. */
export class IssueTokenCommand extends Command<FreshToken> {
  constructor(
    readonly draft: TokenDraft,
    readonly issuer: Principal,
  ) {
    super();
  }
}
