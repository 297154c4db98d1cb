import { setTimeout as delay } from 'node:timers/promises';

import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { raw, SqlEntityManager } from '@mikro-orm/postgresql';
import { ContactsNotGranted, GoogleError, GoogleSignIn, type SignedIn } from '#google-people';
import { CodedError } from '#platform';

import { type Account, AccountEntity } from '../../account.entity.js';
import { ConnectAccountCommand, type ConnectOptions } from '../../connect-account/connect-account.command.js';
import { hashOf, isOwnState } from '../browser-secret.js';
import { SignInEntity } from '../sign-in.entity.js';
import { takeSignIn, type TakenSignIn } from '../take-sign-in.sql.js';
import { CompleteSignInCommand, type SignInAnswer } from './complete-sign-in.command.js';

/** What this service gives as state. */
const STATE = /^[\w-]{43}$/;

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

  /**
   * @throws CodedError sign-in-unknown, sign-in-other-browser, sign-in-done, sign-in-denied, sign-in-refused,
   * sign-in-other-person
   */
  async execute({ answer }: CompleteSignInCommand): Promise<Account> {
    const { state } = answer;
    if (state === undefined || !STATE.test(state)) throw unknown();
    const stateHash = hashOf(state);
    if (!isOwnState(state, answer.secret)) throw await this.notOfThisBrowser(stateHash);
    const taken = await takeSignIn(this.em.fork(), stateHash);
    if (taken === null) throw (await this.isDone(stateHash)) ?? unknown();
    let account: Account | null = null;
    try {
      return (account = await this.connect(answer, taken));
    } finally {
      await this.em
        .fork()
        .nativeUpdate(
          SignInEntity,
          { stateHash },
          { endedAt: raw('now()'), connectedAccountId: account?.id ?? null },
        );
    }
  }

  private async connect({ code, error, issuer }: SignInAnswer, { codeVerifier, accountId }: TakenSignIn) {
    if (error !== undefined) {
      throw new CodedError(
        error === 'access_denied' ? 'sign-in-denied' : 'sign-in-refused',
        `Google says: ${error}.`,
      );
    }
    if (code === undefined) throw new CodedError('sign-in-refused', 'Google sent no code.');
    try {
      const signedIn = await this.google.complete({ code, issuer }, codeVerifier);
      return await this.connectOrGiveBack(signedIn, accountId === null ? {} : { accountId });
    } catch (failure) {
      if (failure instanceof ContactsNotGranted) await this.giveBack(failure);
      if (!(failure instanceof GoogleError)) throw failure;
      throw new CodedError('sign-in-refused', `${failure.message}.`, {}, { cause: failure });
    }
  }

  private async connectOrGiveBack(signedIn: SignedIn, options: ConnectOptions): Promise<Account> {
    try {
      return await this.commands.execute(new ConnectAccountCommand(signedIn, options));
    } catch (failure) {
      if (failure instanceof CodedError) await this.giveBack(signedIn);
      throw failure;
    }
  }

  /**
   * Revokes what was granted and is refused, unless it may be of a person who has an account here: that would end the
   * account's own token, too.
   */
  private async giveBack({ refreshToken, subject }: { refreshToken: string; subject: string | null }) {
    if (subject === null) return;
    if ((await this.em.fork().count(AccountEntity, { googleSubject: subject })) > 0) return;
    // Nobody has the token any more, so that it can be left where Google does not take it back now.
    await this.google.revoke(refreshToken).catch(ignoringGoogle);
  }

  private async notOfThisBrowser(stateHash: string): Promise<CodedError> {
    if ((await this.em.fork().count(SignInEntity, { stateHash })) === 0) return unknown();
    return new CodedError(
      'sign-in-other-browser',
      'This browser did not begin this sign-in, or does not keep cookies of this service. It must begin and end in one browser, at one address.',
    );
  }

  /** Of a sign-in that was taken before: a browser may load a page twice, and shows what came second. */
  private async isDone(stateHash: string): Promise<CodedError | null> {
    const em = this.em.fork();
    const until = performance.now() + WAIT_MS;
    let signIn = await em.findOne(SignInEntity, { stateHash });
    while (signIn?.takenAt != null && signIn.endedAt == null && performance.now() < until) {
      await delay(LOOK_MS);
      signIn = await em.findOne(SignInEntity, { stateHash }, { refresh: true });
    }
    const id = signIn?.connectedAccountId;
    const account = id == null ? null : await em.findOne(AccountEntity, { id, state: 'connected' });
    return account === null
      ? null
      : new CodedError('sign-in-done', `This sign-in has been used already: ${account.name} is connected.`);
  }
}

function ignoringGoogle(error: unknown): void {
  if (!(error instanceof GoogleError)) throw error;
}

function unknown(): CodedError {
  return new CodedError(
    'sign-in-unknown',
    'This sign-in is not known here, has been used already, or took longer than 10 minutes.',
  );
}
