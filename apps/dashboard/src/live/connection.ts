import { useEffect } from 'react';

import { Problem } from '../api/problem.js';
import { askForEverything, queries, sessionEnded } from '../api/query-client.js';
import { BASE } from '../base.js';
import { now } from './clock.js';
import { type StreamEvent } from './event-stream.js';
import { follow } from './follow.js';
import { Store, useStore } from './store.js';

/**
 * `live`: what changes is told at once. `asking`: the service tells nothing, so it is asked every 5 s. `full`: so too, until
 * it has room for another stream.
 */
export type Connection =
  | { readonly state: 'live' | 'asking' | 'full' }
  | { readonly state: 'lost'; readonly since: number };

const connection = new Store<Connection>({ state: 'live' });

/** A break that nobody needs to notice. */
const UNNOTICED_MS = 3_000;
const ASK_EVERY_MS = 5_000;
/** How often figures change before one's eyes, at most. */
const SHOW_EVERY_MS = 1_000;

export function useConnection(): Connection {
  return useStore(connection);
}

/** Whether what needs the service can be done now. */
export function useIsConnected(): boolean {
  return useConnection().state !== 'lost';
}

/** Which of what is shown each message makes old. @see queryKey: each begins with one of these */
const CONCERNS: Readonly<Record<string, readonly string[]>> = {
  account: ['overview', 'accounts', 'account', 'timeline'],
  run: ['overview', 'accounts', 'account', 'timeline', 'run', 'runs', 'changes'],
  lags: ['overview', 'changes'],
  trouble: ['overview', 'trouble', 'quarantine', 'dead-letters', 'held'],
};

let changedAt = 0;

/** When the service last told of a change, in its own time. */
export function lastChangeAt(): number {
  return changedAt;
}

/** Keeps what is shown up to date while it is there. */
export function useLive(): void {
  useEffect(() => {
    const changes = new Changes();
    const breaks = new Breaks();
    let stopAsking: (() => void) | undefined;
    const stop = follow({
      url: () => `${BASE}/api/stream`,
      onOpen: () => {
        stopAsking?.();
        stopAsking = undefined;
        breaks.mended();
        // What happened in between was told to nobody; so was what happened since the page had asked first.
        askForEverything();
        connection.set({ state: 'live' });
      },
      onEvent: (event: StreamEvent) => {
        for (const key of CONCERNS[event.type] ?? []) changes.add(key);
      },
      onBreak: () => {
        breaks.begin();
      },
      onFull: () => {
        stopAsking ??= askAgainAndAgain(breaks, 'full');
      },
      onRefused: (status) => {
        if (status === 401) sessionEnded();
        else stopAsking ??= askAgainAndAgain(breaks, 'asking');
      },
    });
    return () => {
      stop();
      stopAsking?.();
      changes.stop();
      breaks.mended();
    };
  }, []);
}

/** Shows a break once it lasts. */
class Breaks {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private since: number | null = null;

  begin(): void {
    if (this.since !== null) return;
    const since = now();
    this.since = since;
    this.timer = setTimeout(() => {
      connection.set({ state: 'lost', since });
    }, UNNOTICED_MS);
  }

  /** @returns whether there was one */
  mended(): boolean {
    const wasBroken = this.since !== null;
    clearTimeout(this.timer);
    this.since = null;
    return wasBroken;
  }
}

/** Gathers what has changed, so that it is asked for once a second at most. */
class Changes {
  private readonly keys = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  add(key: string): void {
    changedAt = now();
    this.keys.add(key);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      const keys = [...this.keys];
      this.keys.clear();
      for (const each of keys) void queries.invalidateQueries({ queryKey: [each] });
    }, SHOW_EVERY_MS);
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}

/** Where the service has no stream, or no room for one. @returns what stops it */
function askAgainAndAgain(breaks: Breaks, state: 'asking' | 'full'): () => void {
  breaks.mended();
  connection.set({ state });
  const unsubscribe = queries.getQueryCache().subscribe(({ type, query }) => {
    if (type !== 'updated') return;
    const { error, fetchStatus } = query.state as { error: unknown; fetchStatus: string };
    if (fetchStatus !== 'idle') return;
    if (error instanceof Problem && error.status === 0) breaks.begin();
    else if (error === null && breaks.mended()) connection.set({ state });
  });
  const timer = setInterval(() => {
    if (!document.hidden) askForEverything();
  }, ASK_EVERY_MS);
  return () => {
    clearInterval(timer);
    unsubscribe();
  };
}
