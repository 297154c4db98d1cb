import { randomBytes } from 'node:crypto';

import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { raw, SqlEntityManager } from '@mikro-orm/postgresql';
import { GoogleSignIn } from '#google-people';

import { Accounts } from '../../accounts.js';
import { SignInEntity } from '../sign-in.entity.js';
import { BeginSignInCommand } from './begin-sign-in.command.js';

/** How long a person may take at Google's pages. */
const LIFETIME = "interval '10 minutes'";

/** How long what became of it can be asked for, by a page that is opened again. */
const KEPT = "interval '1 day'";

@CommandHandler(BeginSignInCommand)
export class BeginSignInHandler implements ICommandHandler<BeginSignInCommand> {
  constructor(
    private readonly em: SqlEntityManager,
    private readonly google: GoogleSignIn,
    private readonly accounts: Accounts,
  ) {}

  /** @throws CodedError account-not-found */
  async execute({ accountId }: BeginSignInCommand): Promise<string> {
    const account = accountId === undefined ? null : await this.accounts.get(accountId);
    const em = this.em.fork();
    const state = randomBytes(32).toString('base64url');
    const { url, codeVerifier } = await this.google.begin(
      state,
      account?.email ?? account?.googleSubject ?? null,
    );
    await em.nativeDelete(SignInEntity, { expiresAt: { $lt: raw(`now() - ${KEPT}`) } });
    await em.insert(SignInEntity, {
      state,
      codeVerifier,
      accountId: account?.id ?? null,
      expiresAt: raw(`now() + ${LIFETIME}`),
    });
    return url;
  }
}
