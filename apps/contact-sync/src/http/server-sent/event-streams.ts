import { type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CodedError, isPassing, limitStatements } from '#platform';
import { type Request, type Response } from 'express';

import { type Credential, credentialIn, maySeeTheSame, type Principal, principalOf } from '../principal.js';
import { callerOf } from '../rate-limits/caller.js';
import { limitReached } from '../rate-limits/limit-reached.js';
import { EventStream } from './event-stream.js';

/** Of a process, and of one caller: a page has three at most. An idle one takes some 40 kB. */
const MOST_STREAMS = { process: 4_000, caller: 1_000 };

/** A revoked token is noticed within this time; proxies end what is silent for a minute or more. */
const BEAT_MS = 15_000;

const CHECK_MS = 5_000;

/** How many credentials are looked up at once. */
const CHECKS_AT_ONCE = 2;

interface OpenStream {
  readonly stream: EventStream;
  readonly caller: string;
  readonly principal: Principal;
  /** null: nobody has to say who they are. */
  readonly credential: Credential | null;
}

/** The streams of this process: how many, how long, and that each ends with its reader's right to it. */
export class EventStreams implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly open = new Set<OpenStream>();
  private timer: NodeJS.Timeout | undefined;
  private isStopping = false;

  constructor(
    private readonly most = MOST_STREAMS,
    private readonly beatMs = BEAT_MS,
  ) {}

  /** Answers a request with a stream. @throws CodedError too-many-streams, service-stopping */
  begin(request: Request, response: Response): EventStream {
    if (this.isStopping) throw new CodedError('service-stopping', 'The service is stopping; try again.');
    const caller = callerOf(request);
    this.requirePlace(caller);
    const stream = new EventStream(request, response);
    const opened = { stream, caller, principal: principalOf(request), credential: credentialIn(request) };
    this.open.add(opened);
    stream.signal.addEventListener('abort', () => this.open.delete(opened));
    if (stream.signal.aborted) this.open.delete(opened);
    return stream;
  }

  /** Here and not with the first stream: it is no work of that one's request. */
  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      for (const { stream } of this.open) stream.beat();
      void this.checkAll();
    }, this.beatMs).unref();
  }

  /** The first thing of a stop, so that nothing waits for readers. */
  onModuleDestroy(): void {
    this.isStopping = true;
    clearInterval(this.timer);
    for (const { stream } of this.open) stream.drop('service-stopping');
  }

  private requirePlace(caller: string): void {
    const reached = limitReached(
      [...this.open].map((stream) => stream.caller),
      caller,
      this.most,
    );
    if (reached === null) return;
    const { isCallers, count } = reached;
    throw new CodedError(
      'too-many-streams',
      isCallers
        ? `${count} streams of yours are open, and there may be no more. Close some, or share one among your readers.`
        : `${count} streams are open in this process, and there may be no more. Try again later.`,
      { retryAfterSeconds: Math.ceil(this.beatMs / 1_000) },
    );
  }

  /** Each credential once, however many streams it has. */
  private async checkAll(): Promise<void> {
    const groups = [
      ...Map.groupBy(
        [...this.open].filter(({ credential }) => credential !== null),
        ({ credential }) => credential?.key,
      ).values(),
    ];
    const work = async (): Promise<void> => {
      for (let group = groups.pop(); group !== undefined; group = groups.pop()) await check(group);
    };
    await Promise.all(Array.from({ length: CHECKS_AT_ONCE }, work));
  }
}

/** @param group streams of one credential */
async function check(group: readonly OpenStream[]): Promise<void> {
  const credential = group[0]?.credential;
  if (credential == null) return;
  let now: Principal | null;
  try {
    now = await limitStatements(CHECK_MS, () => credential.look());
  } catch (error) {
    // While the database is away there is nothing new to be seen either; the next look tells.
    if (isPassing(error)) return;
    now = null;
  }
  for (const { stream, principal } of group) {
    if (now === null) stream.drop('access-ended');
    else if (!maySeeTheSame(now, principal)) stream.drop('access-changed');
  }
}
