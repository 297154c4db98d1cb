/** Waits for news of the log; those that come while it is busy are not lost. */
export class TailReader {
  private isAwake = false;
  private resume: (() => void) | null = null;
  private readonly onAbort = (): void => {
    this.wake();
  };

  constructor(private readonly signal: AbortSignal) {
    signal.addEventListener('abort', this.onAbort);
  }

  wake(): void {
    this.isAwake = true;
    this.resume?.();
  }

  /** @param mostMs null: for as long as it takes */
  async news(mostMs: number | null): Promise<void> {
    if (!this.isAwake && !this.signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = mostMs === null ? undefined : setTimeout(resolve, mostMs);
        this.resume = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.resume = null;
    }
    this.isAwake = false;
  }

  close(): void {
    this.signal.removeEventListener('abort', this.onAbort);
  }
}
