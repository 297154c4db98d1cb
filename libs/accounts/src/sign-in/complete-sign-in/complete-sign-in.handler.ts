import { setTimeout as delay } from 'node:timers/promises';

import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { raw, SqlEntityManager } from '@mikro-orm/postgresql';
import { GoogleError, GoogleSignIn } from '#google-people';
import { CodedError } from '#platform';

import { type Account, AccountEntity } from '../../account.entity.js';
import { ConnectAccountCommand } from '../../connect-account/connect-account.command.js';
import { SignInEntity } from '../sign-in.entity.js';
import { takeSignIn, type TakenSignIn } from '../take-sign-in.sql.js';
import { CompleteSignInCommand, type SignInAnswer } from './complete-sign-in.command.js';

/** What this service gives as state; PostgreSQL cannot even be asked for some others. */
const STATE = /^[\w-]{1,200}$/;

/** How long a page that was opened twice waits for the first to come through, and how often it looks. */
const WAIT_MS = 10_000;
const LOOK_MS = 100;

@CommandHandler(CompleteSignInCommand)
export class CompleteSignInHandler implements ICommandHandler<CompleteSignInCommand> {
  constructor(
    private readonly em: SqlEntityManager,
    private readonly google: GoogleSignIn,
    private readonly commands: CommandBus,
  ) {}

  /** @throws CodedError sign-in-unknown, sign-in-done, sign-in-denied, sign-in-refused, sign-in-other-person */
  async execute({ answer }: CompleteSignInCommand): Promise<Account> {
    const { state } = answer;
    if (state === undefined || !STATE.test(state)) throw unknown();
    const taken = await takeSignIn(this.em.fork(), state);
    if (taken === null) throw (await this.isDone(state)) ?? unknown();
    let account: Account | null = null;
    try {
      return (account = await this.connect(answer, taken));
    } finally {
      await this.em
        .fork()
        .nativeUpdate(
          SignInEntity,
          { state },
          { endedAt: raw('now()'), connectedAccountId: account?.id ?? null },
        );
    }
  }

  private async connect({ code, error }: SignInAnswer, { codeVerifier, accountId }: TakenSignIn) {
    if (error !== undefined) {
      throw new CodedError(
        error === 'access_denied' ? 'sign-in-denied' : 'sign-in-refused',
        `Google says: ${error}.`,
      );
    }
    if (code === undefined) throw new CodedError('sign-in-refused', 'Google sent no code.');
    try {
      const signedIn = await this.google.complete(code, codeVerifier);
      return await this.commands.execute(
        new ConnectAccountCommand(signedIn, accountId === null ? {} : { accountId }),
      );
    } catch (failure) {
      if (!(failure instanceof GoogleError)) throw failure;
      throw new CodedError('sign-in-refused', `${failure.message}.`, {}, { cause: failure });
    }
  }

  /** Of a sign-in that was taken before: a browser may load a page twice, and shows what came second. */
  private async isDone(state: string): Promise<CodedError | null> {
    const em = this.em.fork();
    const until = performance.now() + WAIT_MS;
    let signIn = await em.findOne(SignInEntity, { state });
    while (signIn?.takenAt != null && signIn.endedAt == null && performance.now() < until) {
      await delay(LOOK_MS);
      signIn = await em.findOne(SignInEntity, { state }, { refresh: true });
    }
    const id = signIn?.connectedAccountId;
    const account = id == null ? null : await em.findOne(AccountEntity, { id, state: 'connected' });
    return account === null
      ? null
      : new CodedError('sign-in-done', `This sign-in has been used already: ${account.name} is connected.`);
  }
}

function unknown(): CodedError {
  return new CodedError(
    'sign-in-unknown',
    'This sign-in is not known here, has been used already, or took longer than 10 minutes.',
  );
}
