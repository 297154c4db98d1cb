import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { raw, SqlEntityManager } from '@mikro-orm/postgresql';
import { GoogleSignIn } from '#google-people';

import { Accounts } from '../../accounts.js';
import { drawBrowserSecret, hashOf } from '../browser-secret.js';
import { deleteOldSignIns } from '../delete-old-sign-ins.sql.js';
import { SIGN_IN_MS } from '../sign-in-lifetime.js';
import { SignInEntity } from '../sign-in.entity.js';
import { BeginSignInCommand, type BegunSignIn } from './begin-sign-in.command.js';

@CommandHandler(BeginSignInCommand)
export class BeginSignInHandler implements ICommandHandler<BeginSignInCommand> {
  constructor(
    private readonly em: SqlEntityManager,
    private readonly google: GoogleSignIn,
    private readonly accounts: Accounts,
  ) {}

  /** @throws CodedError account-not-found */
  async execute({ accountId }: BeginSignInCommand): Promise<BegunSignIn> {
    const account = accountId === undefined ? null : await this.accounts.get(accountId);
    const em = this.em.fork();
    const { secret, state } = drawBrowserSecret();
    const { url, codeVerifier } = await this.google.begin(
      state,
      account?.email ?? account?.googleSubject ?? null,
    );
    await em.insert(SignInEntity, {
      stateHash: hashOf(state),
      codeVerifier,
      accountId: account?.id ?? null,
      expiresAt: raw(`now() + interval '${SIGN_IN_MS} ms'`),
    });
    await deleteOldSignIns(em);
    return { url, secret, state };
  }
}
