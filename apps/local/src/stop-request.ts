/** How long further signals count as the same Ctrl-C: the terminal sends one to us, and npm passes its own on. */
const SAME_SIGNAL_MS = 1_000;

export interface StopRequest {
  /** Settles at the first signal, or when the program that started us is gone. */
  readonly requested: Promise<void>;
  /** Settles at a second signal: whoever sent it will not wait. */
  readonly insisted: Promise<void>;
  readonly isRequested: () => boolean;
  /** Aborts at the first signal. */
  readonly signal: AbortSignal;
}

/** Ctrl-C, SIGTERM, a closed terminal and the end of our parent (if it opened a channel) all count as one request. */
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
