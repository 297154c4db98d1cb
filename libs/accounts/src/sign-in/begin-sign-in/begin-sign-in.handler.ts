import { randomBytes } from 'node:crypto';

import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { raw, SqlEntityManager } from '@mikro-orm/postgresql';
import { GoogleSignIn } from '#google-people';

import { SignInEntity } from '../sign-in.entity.js';
import { BeginSignInCommand } from './begin-sign-in.command.js';

/** How long a person may take at Google's pages. */
const LIFETIME = "interval '10 minutes'";

@CommandHandler(BeginSignInCommand)
export class BeginSignInHandler implements ICommandHandler<BeginSignInCommand> {
  constructor(
    private readonly em: SqlEntityManager,
    private readonly google: GoogleSignIn,
  ) {}

  async execute(): Promise<string> {
    const em = this.em.fork();
    const state = randomBytes(32).toString('base64url');
    const { url, codeVerifier } = await this.google.begin(state);
    await em.nativeDelete(SignInEntity, { expiresAt: { $lt: raw('now()') } });
    await em.insert(SignInEntity, { state, codeVerifier, expiresAt: raw(`now() + ${LIFETIME}`) });
    return url;
  }
}
