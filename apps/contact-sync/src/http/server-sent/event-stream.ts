import { channel } from 'node:diagnostics_channel';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { type Request, type Response } from 'express';

import { COMMENT, type Message, messageText, retryText } from './message.js';

/** Why a stream ends before its reader wants it to; told as `event: dropped`. */
export type DropReason = 'slow-reader' | 'service-stopping' | 'access-ended' | 'access-changed';

/** Tells each stream that begins or ends as an {@link EventStreamMessage}. */
export const EVENT_STREAMS = channel('contactstream:event-streams');

export interface EventStreamMessage {
  /** Of streams that are open now. */
  readonly change: 1 | -1;
  /** null: it was not dropped. */
  readonly dropped: DropReason | null;
}

const DETAILS: Readonly<Record<DropReason, string>> = {
  'slow-reader': 'You read more slowly than there is to tell. Come back, and go on behind the last id.',
  'service-stopping': 'This process stops. Come back.',
  'access-ended': 'Your token or session is over or was revoked. Sign in anew.',
  'access-changed': 'What you may see was changed. Come back.',
};

/** What waits for a reader in this process; the system holds some more. */
const MOST_BUFFERED_BYTES = 1024 * 1024;

/** How long a reader may take for that. */
const SLOWEST_MS = 20_000;

/** How long one that is dropped may take to hear of it. */
const LAST_WORD_MS = 10_000;

const RETRY_MS = 2_000;

/** The server's side of one stream of events. */
export class EventStream {
  /** What is sent now and then, so that nobody on the way takes the connection for a dead one. */
  heartbeat: () => string = () => COMMENT;
  /** Resolves once nothing is to be sent any more. */
  readonly ended: Promise<void>;
  private readonly left = new AbortController();
  private isEnding = false;
  private dropped: DropReason | null = null;

  constructor(
    request: Request,
    private readonly response: Response,
  ) {
    EVENT_STREAMS.publish({ change: 1, dropped: null } satisfies EventStreamMessage);
    this.ended = new Promise((resolve) => {
      this.left.signal.addEventListener('abort', () => {
        EVENT_STREAMS.publish({ change: -1, dropped: this.dropped } satisfies EventStreamMessage);
        resolve();
      });
    });
    response.once('close', () => {
      this.left.abort();
    });
    response.status(200).set({
      'Content-Type': 'text/event-stream; charset=utf-8',
      // Nginx would keep it back.
      'X-Accel-Buffering': 'no',
    });
    response.flushHeaders();
    if (request.method === 'HEAD') this.end();
    else this.write(retryText(RETRY_MS));
  }

  /** Aborts then, whoever ended it. */
  get signal(): AbortSignal {
    return this.left.signal;
  }

  /** Sends what cannot wait; a reader for whom too much waits already is dropped. */
  send(message: Message): void {
    if (this.isFull) this.drop('slow-reader');
    else this.write(messageText(message));
  }

  /**
   * Sends what can wait, as one piece; resolves once there is room for more, or the stream has ended, and not before others
   * had their turn: what is told to all is much work.
   */
  async sendInTurn(messages: readonly Message[]): Promise<void> {
    this.write(messages.map(messageText).join(''));
    if (this.isFull) await this.room();
    else await nextTurn();
  }

  beat(): void {
    if (!this.isFull) this.write(this.heartbeat());
  }

  drop(reason: DropReason): void {
    if (this.isEnding) return;
    this.dropped = reason;
    this.write(messageText({ event: 'dropped', data: JSON.stringify({ reason, detail: DETAILS[reason] }) }));
    this.end();
    setTimeout(() => {
      this.response.destroy();
    }, LAST_WORD_MS).unref();
  }

  end(): void {
    if (this.isEnding) return;
    this.isEnding = true;
    this.response.end();
    this.left.abort();
  }

  private get isFull(): boolean {
    return this.response.writableLength > MOST_BUFFERED_BYTES;
  }

  private write(text: string): void {
    if (!this.isEnding && !this.signal.aborted) this.response.write(text);
  }

  private async room(): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.response.off('drain', done);
        this.signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(() => {
        this.drop('slow-reader');
      }, SLOWEST_MS);
      this.response.once('drain', done);
      this.signal.addEventListener('abort', done);
      if (this.signal.aborted) done();
    });
  }
}
