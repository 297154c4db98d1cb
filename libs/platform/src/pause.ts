/**
 * Waits, until the time is over, the signal aborts, or somebody ends it; at once where the signal is aborted already.
 *
 * Not the promise of node:timers: where that is given up it makes up an error with its stack, which costs a short work a
 * twentieth of its time.
 *
 * @param begun is handed what ends it
 */
export async function pause(
  ms: number,
  signal?: AbortSignal,
  begun: (end: () => void) => void = () => undefined,
): Promise<void> {
  if (signal?.aborted === true) return;
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end);
    begun(end);
  });
}
