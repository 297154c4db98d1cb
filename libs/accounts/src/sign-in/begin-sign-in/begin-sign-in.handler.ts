import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { raw, SqlEntityManager } from '@mikro-orm/postgresql';
import { GoogleSignIn } from '#google-people';

import { hashOf } from '#platform';

import { Accounts } from '../../accounts.js';
import { ConnectLinks } from '../../links/connect-links.js';
import { drawBrowserSecret } from '../browser-secret.js';
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
    private readonly links: ConnectLinks,
  ) {}

  /** @throws CodedError account-not-found, link-unknown, link-over */
  async execute({ accountId, linkToken }: BeginSignInCommand): Promise<BegunSignIn> {
    const account = accountId === undefined ? null : await this.accounts.get(accountId);
    const link = linkToken === undefined ? null : await this.links.get(linkToken);
    const em = this.em.fork();
    const { secret, state } = drawBrowserSecret();
    const { url, codeVerifier } = await this.google.begin(
      state,
      link?.loginHint ?? account?.email ?? account?.googleSubject ?? null,
    );
    await em.insert(SignInEntity, {
      stateHash: hashOf(state),
      codeVerifier,
      accountId: account?.id ?? null,
      linkHash: link?.tokenHash ?? null,
      expiresAt: raw(`now() + interval '${SIGN_IN_MS} ms'`),
    });
    await deleteOldSignIns(em);
    return { url, secret, state };
  }
}
