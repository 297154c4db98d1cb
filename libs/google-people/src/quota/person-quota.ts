import { setTimeout as delay } from 'node:timers/promises';

import { limitNow, loweredLimit } from './learned-limit.js';
import { RecentRequests } from './recent-requests.js';

/**
 * A person's own limit. It is kept by the process alone, because an account is synced by one at a time: another one begins
 * to count anew.
 */
export class PersonQuota {
  private readonly sent = new RecentRequests();
  private lowered: { readonly perMinute: number; readonly at: number } | null = null;

  /** @param set requests a minute; null: learned */
  constructor(private readonly set: number | null) {}

  async admit(signal: AbortSignal, waits: () => void): Promise<void> {
    for (let waitMs = this.waitMs(); waitMs > 0; waitMs = this.waitMs()) {
      waits();
      await delay(waitMs, undefined, { signal }).catch(() => undefined);
      signal.throwIfAborted();
    }
    this.sent.add();
  }

  exceeded(): void {
    const next = loweredLimit(this.set, this.loweredBefore(), this.sent.within());
    if (next !== null) this.lowered = { perMinute: next.perMinute, at: performance.now() };
  }

  private waitMs(): number {
    const limit = limitNow(this.set, this.loweredBefore());
    return limit === null ? 0 : this.sent.msUntilBelow(Math.max(1, Math.floor(limit)));
  }

  private loweredBefore() {
    if (this.lowered === null) return null;
    const { perMinute, at } = this.lowered;
    return { perMinute, ageSeconds: (performance.now() - at) / 1_000 };
  }
}
