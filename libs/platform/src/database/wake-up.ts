import { pause } from '../pause.js';
import { type Channel, type Subscriptions } from './channels.js';

/**
 * Waits for notifications of a channel. A hint that comes while its owner is still busy looking is not lost: `wait`
 * then returns at once. So: make it, look, wait, look again.
 */
export class WakeUp {
  private rung = false;
  private wake: (() => void) | null = null;
  private readonly unsubscribe: () => void;

  /** @param isMeant by its payload; an empty one, as when a lost connection is back, is meant for everybody */
  constructor(
    notifications: Subscriptions,
    channel: Channel,
    isMeant: (payload: string) => boolean = () => true,
  ) {
    this.unsubscribe = notifications.subscribe(channel, (payload) => {
      if (payload === '' || isMeant(payload)) this.ring();
    });
  }

  /** A hint from within the process. */
  ring(): void {
    this.rung = true;
    this.wake?.();
  }

  /**
   * Resolves at a hint since the last call, after `timeoutMs`, or when `signal` aborts, whichever is first.
   *
   * @param timeoutMs notifications can be lost, so who waits for them also looks now and then
   * @returns whether there was a hint
   */
  async wait(timeoutMs: number, signal?: AbortSignal): Promise<boolean> {
    if (!this.rung) {
      await pause(timeoutMs, signal, (end) => {
        this.wake = end;
      });
      this.wake = null;
    }
    const wasRung = this.rung;
    this.rung = false;
    return wasRung;
  }

  close(): void {
    this.unsubscribe();
  }
}
