import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { GoogleError, GoogleSignIn, type SignedIn } from '#google-people';
import { CodedError } from '#platform';

import { type Account } from '../../account.entity.js';
import { ConnectAccountCommand } from '../../connect-account/connect-account.command.js';
import { takeSignIn } from '../take-sign-in.sql.js';
import { CompleteSignInCommand } from './complete-sign-in.command.js';

@CommandHandler(CompleteSignInCommand)
export class CompleteSignInHandler implements ICommandHandler<CompleteSignInCommand> {
  constructor(
    private readonly em: SqlEntityManager,
    private readonly google: GoogleSignIn,
    private readonly commands: CommandBus,
  ) {}

  /** @throws CodedError sign-in-unknown, sign-in-denied, sign-in-refused */
  async execute({ answer: { state, code, error } }: CompleteSignInCommand): Promise<Account> {
    const codeVerifier = state === undefined ? null : await takeSignIn(this.em.fork(), state);
    if (codeVerifier === null) {
      throw new CodedError(
        'sign-in-unknown',
        'This sign-in is not known here, has been used already, or took longer than 10 minutes.',
      );
    }
    if (error !== undefined) {
      throw new CodedError(
        error === 'access_denied' ? 'sign-in-denied' : 'sign-in-refused',
        `Google says: ${error}.`,
      );
    }
    if (code === undefined) throw new CodedError('sign-in-refused', 'Google sent no code.');
    return this.commands.execute(new ConnectAccountCommand(await this.signedIn(code, codeVerifier)));
  }

  private async signedIn(code: string, codeVerifier: string): Promise<SignedIn> {
    try {
      return await this.google.complete(code, codeVerifier);
    } catch (error) {
      if (!(error instanceof GoogleError)) throw error;
      throw new CodedError('sign-in-refused', `${error.message}.`, {}, { cause: error });
    }
  }
}
