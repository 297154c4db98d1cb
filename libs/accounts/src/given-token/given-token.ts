import { setTimeout as delay } from 'node:timers/promises';

import { type CommandBus } from '@nestjs/cqrs';
import { type SqlEntityManager } from '@mikro-orm/postgresql';
import {
  ClientRefused,
  endsSignIn,
  GoogleError,
  googleFailure,
  type GooglePersons,
  RateLimited,
} from '#google-people';
import { Backoff, CodedError, type WorkLog } from '#platform';

import { AccountEntity } from '../account.entity.js';
import { ConnectAccountCommand } from '../connect-account/connect-account.command.js';
import { type AccountGrants } from '../grants/account-grants.js';

/** The account of the given token has this name, whosoever it is. */
const NAME = 'default';

/** How long a start waits for Google. */
const START_MS = 5_000;

/** Between two tries while Google refuses the service itself, which is told elsewhere. */
const REFUSED_PAUSE_MS = 30_000;

/**
 * Connects the account of a refresh token out of the configuration, for set-ups without a browser. Nothing is stored
 * before Google has said whose token it is; until then it is tried again in the background.
 */
export class GivenToken {
  private readonly stopping = new AbortController();
  private trying: Promise<void> | null = null;
  private work: Promise<void> = Promise.resolve();
  private outcome: 'none yet' | 'connected' | 'refused' = 'none yet';

  constructor(
    private readonly refreshToken: string,
    private readonly em: SqlEntityManager,
    private readonly grants: AccountGrants,
    private readonly google: GooglePersons,
    private readonly commands: CommandBus,
    private readonly log: WorkLog,
  ) {}

  /** Tries once before it returns, unless Google takes too long, and goes on in the background. */
  async start(): Promise<void> {
    const first = this.attempt().catch(() => undefined);
    this.work = this.untilItIsKnown();
    const { signal } = this.stopping;
    await Promise.race([first, delay(START_MS, undefined, { signal, ref: false }).catch(() => undefined)]);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.work;
  }

  /**
   * Tries at once, for somebody who waits.
   *
   * @throws CodedError that says why it is not connected
   */
  async connectNow(): Promise<void> {
    if (this.outcome === 'none yet') {
      try {
        await this.attempt();
      } catch (error) {
        if (!endsSignIn(error)) throw coded(error);
      }
    }
    if (this.outcome === 'refused') {
      throw new CodedError(
        'not-authenticated',
        'No Google account is connected, and Google refuses GOOGLE_REFRESH_TOKEN: give a new one, or open /api/auth/google in a browser.',
      );
    }
  }

  private async untilItIsKnown(): Promise<void> {
    const { signal } = this.stopping;
    const backoff = new Backoff('connecting the account of GOOGLE_REFRESH_TOKEN', this.log);
    while (this.outcome === 'none yet' && !signal.aborted) {
      try {
        await this.attempt();
      } catch (error) {
        if (endsSignIn(error)) break;
        if (!(error instanceof ClientRefused)) await backoff.pause(error, signal);
        await delay(pauseMs(error), undefined, { signal }).catch(() => undefined);
      }
    }
    if (this.outcome === 'connected') backoff.over();
    if (this.outcome === 'refused') {
      this.log.warn('Google refuses GOOGLE_REFRESH_TOKEN: give a new one, or sign in');
    }
  }

  /** One try, shared by all who want it now. */
  private attempt(): Promise<void> {
    this.trying ??= this.connect()
      .then(
        () => {
          this.outcome = 'connected';
        },
        (error: unknown) => {
          // Final: the token will not get better.
          if (endsSignIn(error)) this.outcome = 'refused';
          throw error;
        },
      )
      .finally(() => {
        this.trying = null;
      });
    return this.trying;
  }

  private async connect(): Promise<void> {
    const { refreshToken } = this;
    const before = await this.em.fork().findOne(AccountEntity, { name: NAME });
    // One that somebody has disconnected since stays so.
    const isAsLeft = before?.googleSubject != null && before.state !== 'needs-reauth';
    if (isAsLeft && this.grants.holds(before, refreshToken)) return;
    const { signal } = this.stopping;
    let latest = refreshToken;
    const replaced = (next: string): Promise<void> => Promise.resolve(void (latest = next));
    const person = await this.google.whoIs({ refreshToken, replaced }, signal);
    const grant = { ...person, refreshToken: latest };
    const account = await this.commands.execute(new ConnectAccountCommand(grant, { name: NAME, signal }));
    if (before === null || before.id === account.id) return;
    this.log.warn(
      { accountId: account.id, formerAccountId: before.id },
      `GOOGLE_REFRESH_TOKEN is of another Google person than before: it connects that person's own account, named ${NAME} now; the former one keeps its contacts, under a name of its own`,
    );
  }
}

/** What is waited for beside the backoff. */
function pauseMs(error: unknown): number {
  if (error instanceof ClientRefused) return REFUSED_PAUSE_MS;
  return error instanceof RateLimited ? (error.retryAfterMs ?? 0) : 0;
}

function coded(error: unknown): unknown {
  if (!(error instanceof GoogleError)) return error;
  const { code, detail, retryAfterSeconds } = googleFailure(error);
  const facts = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  return new CodedError(code, `Sync failed: ${detail}`, facts, { cause: error });
}
