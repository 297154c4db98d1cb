/** How long further signals count as the same Ctrl-C: npm passes on what the terminal has sent to everybody already. */
const SAME_SIGNAL_MS = 1_000;

export interface StopRequest {
  /** Settles at the first signal, or when the program that started us is gone. */
  readonly requested: Promise<void>;
  /** Settles at a second signal, from somebody who will not wait. */
  readonly insisted: Promise<void>;
  readonly isRequested: () => boolean;
  /** The first signal, for what can be broken off. */
  readonly signal: AbortSignal;
}

/** Turns Ctrl-C, SIGTERM, a closed terminal and the end of our parent (if it opened a channel to us) into one thing. */
export function listenForStop(): StopRequest {
  const first = Promise.withResolvers<undefined>();
  const abort = new AbortController();
  const second = Promise.withResolvers<undefined>();
  let firstAt: number | undefined;
  const onSignal = (): void => {
    if (firstAt === undefined) {
      firstAt = performance.now();
      abort.abort();
      first.resolve(undefined);
    } else if (performance.now() - firstAt > SAME_SIGNAL_MS) {
      second.resolve(undefined);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  process.once('disconnect', onSignal);
  return {
    requested: first.promise,
    insisted: second.promise,
    isRequested: () => firstAt !== undefined,
    signal: abort.signal,
  };
}
