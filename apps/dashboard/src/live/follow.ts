import { accessChanged } from '../api/query-client.js';
import { eventStream, type StreamEvent, StreamRefused } from './event-stream.js';
import { hidden, seen } from './sight.js';

export interface Follower {
  /** An address, made anew for each connection. */
  readonly url: () => string;
  readonly onEvent: (event: StreamEvent) => void;
  /** Connected, or connected again. */
  readonly onOpen?: () => void;
  /** The connection is gone; another one is tried. */
  readonly onBreak?: () => void;
  /** The service has no room for another stream; it is asked again when it said. */
  readonly onFull?: () => void;
  /** The service does not stream this; nothing is tried again. */
  readonly onRefused?: (status: number) => void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
/** A connection that ended earlier is no sign that the next one will last. */
const STEADY_MS = 5_000;

/**
 * Follows a stream over breaks, from where it was, until it is told to stop. While nobody sees the page it is left alone: a
 * browser has six connections to a service, for all of its tabs. Whoever comes back begins anew.
 *
 * @returns what stops it
 */
export function follow(follower: Follower): () => void {
  const stop = new AbortController();
  void run(follower, stop.signal);
  return () => {
    stop.abort();
  };
}

async function run(follower: Follower, signal: AbortSignal): Promise<void> {
  let lastEventId: string | null = null;
  let wait = FIRST_WAIT_MS;
  while (!isStopped(signal)) {
    await seen(signal);
    const sight = hidden(signal);
    let openedAt: number | null = null;
    let notBefore = 0;
    try {
      for await (const event of eventStream(follower.url(), sight.signal, lastEventId)) {
        if (event.type === 'open') {
          openedAt = performance.now();
          follower.onOpen?.();
          continue;
        }
        if (event.type === 'dropped') {
          heardOfEnd(event.data);
          continue;
        }
        lastEventId = event.id ?? lastEventId;
        follower.onEvent(event);
      }
    } catch (error) {
      if (isStopped(signal)) return;
      if (error instanceof StreamRefused && error.status < 500) {
        if (error.status !== 429) {
          follower.onRefused?.(error.status);
          return;
        }
        notBefore = error.retryAfterMs;
      }
    } finally {
      sight.end();
    }
    if (isStopped(signal)) return;
    if (sight.signal.aborted) {
      lastEventId = null;
      continue;
    }
    if (notBefore > 0) follower.onFull?.();
    else follower.onBreak?.();
    if (openedAt !== null && performance.now() - openedAt > STEADY_MS) wait = FIRST_WAIT_MS;
    await pause(Math.max(notBefore, wait * (0.75 + Math.random() / 2)), signal);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

/** Why the service ended a stream: of all reasons, only those about the reader matter before one comes back. */
function heardOfEnd(data: string): void {
  const { reason } = JSON.parse(data) as { reason?: string };
  if (reason === 'access-changed' || reason === 'access-ended') void accessChanged();
}

/** Asked anew each time: it changes while one waits. */
function isStopped(signal: AbortSignal): boolean {
  return signal.aborted;
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
