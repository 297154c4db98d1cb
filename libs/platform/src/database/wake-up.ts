import { type Channel, type Notifications } from './notifications.js';

/**
 * A hint to look that is not lost when it comes while its owner is still busy looking: `wait` then returns at once.
 */
export class WakeUp {
  private rung = false;
  private ring: (() => void) | null = null;
  private readonly unsubscribe: () => void;

  constructor(notifications: Pick<Notifications, 'subscribe'>, channel: Channel) {
    this.unsubscribe = notifications.subscribe(channel, () => {
      this.rung = true;
      this.ring?.();
    });
  }

  /** Resolves at a hint since the last call, after `timeoutMs`, or when `signal` aborts, whichever is first. */
  async wait(timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (!this.rung && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          this.ring = null;
          resolve();
        };
        const timer = setTimeout(done, timeoutMs);
        signal.addEventListener('abort', done);
        this.ring = done;
      });
    }
    this.rung = false;
  }

  close(): void {
    this.unsubscribe();
  }
}
