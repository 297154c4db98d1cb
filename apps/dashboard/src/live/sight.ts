/** Whoever goes through their tabs is back before that. */
const LEAVE_AFTER_MS = 5_000;

/** Resolves once somebody sees the page, or nobody waits for that any more. */
export async function seen(signal: AbortSignal): Promise<void> {
  while (document.hidden && !signal.aborted) {
    await new Promise<void>((resolve) => {
      const done = () => {
        document.removeEventListener('visibilitychange', done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      document.addEventListener('visibilitychange', done);
      signal.addEventListener('abort', done);
    });
  }
}

export interface Sight {
  /** Aborts once nobody has seen the page for a while, or with the outer one. */
  readonly signal: AbortSignal;
  readonly end: () => void;
}

export function hidden(outer: AbortSignal): Sight {
  const unseen = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    clearTimeout(timer);
    if (!document.hidden) return;
    timer = setTimeout(() => {
      unseen.abort();
    }, LEAVE_AFTER_MS);
  };
  document.addEventListener('visibilitychange', look);
  look();
  return {
    signal: AbortSignal.any([outer, unseen.signal]),
    end: () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
    },
  };
}
