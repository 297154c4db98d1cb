import { setTimeout as delay } from 'node:timers/promises';

import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { raw, SqlEntityManager } from '@mikro-orm/postgresql';
import {
  ContactsNotGranted,
  googleCodes,
  GoogleError,
  GooglePeopleSources,
  GoogleSignIn,
  type SignedIn,
} from '#google-people';
import { CodedError, hashOf } from '#platform';

import { type Account, AccountEntity } from '../../account.entity.js';
import { ConnectAccountCommand, type ConnectOptions } from '../../connect-account/connect-account.command.js';
import { type ConnectLink, ConnectLinkEntity } from '../../links/connect-link.entity.js';
import { type ConnectOutcome, ReturnUrls } from '../../links/return-urls.js';
import { isOwnState } from '../browser-secret.js';
import { SignInEntity } from '../sign-in.entity.js';
import { takeSignIn, type TakenSignIn } from '../take-sign-in.sql.js';
import {
  CompleteSignInCommand,
  type CompletedSignIn,
  type SignInAnswer,
} from './complete-sign-in.command.js';

/** What this service gives as state. */
const STATE = /^[\w-]{43}$/;

/** How long a page that was opened twice waits for the first to come through, and how often it looks. */
const WAIT_MS = 10_000;
const LOOK_MS = 100;

/** What a product is told of a refusal; all else has failed. */
const OUTCOMES: Readonly<Partial<Record<string, ConnectOutcome>>> = {
  'sign-in-denied': 'refused',
  'sign-in-without-contacts': 'refused',
  'sign-in-other-person': 'wrong-account',
};

@CommandHandler(CompleteSignInCommand)
export class CompleteSignInHandler implements ICommandHandler<CompleteSignInCommand> {
  constructor(
    private readonly em: SqlEntityManager,
    private readonly google: GoogleSignIn,
    private readonly persons: GooglePeopleSources,
    private readonly commands: CommandBus,
    private readonly returnUrls: ReturnUrls,
  ) {}

  /**
   * @throws CodedError sign-in-unknown, sign-in-other-browser, sign-in-done, sign-in-denied, sign-in-refused,
   * sign-in-without-contacts, sign-in-other-person, link-over; with `returnTo` where a link leads back
   */
  async execute({ answer }: CompleteSignInCommand): Promise<CompletedSignIn> {
    const { state } = answer;
    if (state === undefined || !STATE.test(state)) throw unknown();
    const stateHash = hashOf(state);
    if (!isOwnState(state, answer.secret)) throw await this.notOfThisBrowser(stateHash);
    const taken = await takeSignIn(this.em.fork(), stateHash);
    if (taken === null) throw (await this.isDone(stateHash)) ?? unknown();
    const link = await this.linkOf(taken.linkHash);
    let account: Account | null = null;
    try {
      account = await this.connect(answer, taken);
      return { account, returnTo: this.returnTo(link, 'connected', account.id) };
    } catch (failure) {
      throw this.withReturn(failure, link);
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

  private async connect({ code, error, issuer }: SignInAnswer, taken: TakenSignIn): Promise<Account> {
    if (error !== undefined) {
      // It came in an address, which anybody can write.
      const [said] = googleCodes([error]);
      throw new CodedError(
        error === 'access_denied' ? 'sign-in-denied' : 'sign-in-refused',
        `Google refused the sign-in${said === undefined ? '' : ` (${said})`}.`,
      );
    }
    if (code === undefined) throw new CodedError('sign-in-refused', 'Google sent no code.');
    try {
      const signedIn = await this.google.complete({ code, issuer }, taken.codeVerifier);
      const { accountId, linkHash } = taken;
      return await this.connectOrGiveBack(signedIn, {
        ...(accountId === null ? {} : { accountId }),
        ...(linkHash === null ? {} : { linkHash }),
      });
    } catch (failure) {
      if (!(failure instanceof GoogleError)) throw failure;
      const isPersons = failure instanceof ContactsNotGranted;
      if (isPersons) await this.giveBack(failure);
      throw new CodedError(
        isPersons ? 'sign-in-without-contacts' : 'sign-in-refused',
        `${failure.message}.`,
        {},
        { cause: failure },
      );
    }
  }

  private async linkOf(linkHash: string | null): Promise<ConnectLink | null> {
    return linkHash === null ? null : this.em.fork().findOne(ConnectLinkEntity, { tokenHash: linkHash });
  }

  private returnTo(
    link: ConnectLink | null,
    outcome: ConnectOutcome,
    accountId: string | null,
  ): string | null {
    return link?.returnUrl == null ? null : this.returnUrls.withOutcome(link.returnUrl, outcome, accountId);
  }

  /** A sign-in by a link ends where the link says, also when it is refused. */
  private withReturn(failure: unknown, link: ConnectLink | null): unknown {
    if (link === null || !(failure instanceof CodedError)) return failure;
    const returnTo = this.returnTo(link, OUTCOMES[failure.code] ?? 'failed', null);
    const facts = { begunBy: 'link', ...(returnTo === null ? {} : { returnTo }) };
    return new CodedError(failure.code, failure.message, facts, { cause: failure });
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
    await this.persons.revoke(refreshToken).catch(ignoringGoogle);
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
    const link = await this.linkOf(signIn?.linkHash ?? null);
    const id = signIn?.connectedAccountId;
    const account = id == null ? null : await em.findOne(AccountEntity, { id, state: 'connected' });
    if (account === null) return null;
    const returnTo = this.returnTo(link, 'connected', account.id);
    return new CodedError(
      'sign-in-done',
      'This sign-in has been used already: the account is connected.',
      returnTo === null ? {} : { returnTo },
    );
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
