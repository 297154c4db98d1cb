import { eventStream, type StreamEvent, StreamRefused } from './event-stream.js';

export interface Follower {
  /** An address, made anew for each connection. */
  readonly url: () => string;
  readonly onEvent: (event: StreamEvent) => void;
  /** Connected, or connected again. */
  readonly onOpen?: () => void;
  /** The connection is gone; another one is tried. */
  readonly onBreak?: () => void;
  /** The service does not stream this; nothing is tried again. */
  readonly onRefused?: (status: number) => void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

/** Follows a stream over breaks, from where it was, until it is told to stop. @returns what stops it */
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
    try {
      for await (const event of eventStream(follower.url(), signal, lastEventId)) {
        if (event.type === 'open') {
          wait = FIRST_WAIT_MS;
          follower.onOpen?.();
          continue;
        }
        lastEventId = event.id ?? lastEventId;
        follower.onEvent(event);
      }
    } catch (error) {
      if (isStopped(signal)) return;
      if (error instanceof StreamRefused && error.status < 500 && error.status !== 429) {
        follower.onRefused?.(error.status);
        return;
      }
    }
    if (isStopped(signal)) return;
    follower.onBreak?.();
    await pause(wait * (0.75 + Math.random() / 2), signal);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
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
