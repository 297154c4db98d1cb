export interface Outcome {
  readonly isBlocked: boolean;
  /** Until the window is over. */
  readonly secondsLeft: number;
}

interface Window {
  calls: number;
  readonly endsAt: number;
}

/** As many callers are told apart: some megabytes at most, however many addresses somebody has. */
const MOST_CALLERS = 10_000;

/**
 * Counts the calls of each caller in windows that begin with a call of theirs. Where there are more callers than are told
 * apart, those whose windows began first count anew (docs/adr/0042-limits-of-our-own.md).
 */
export class CallWindows {
  private readonly windows = new Map<string, Window>();

  constructor(private readonly mostCallers = MOST_CALLERS) {}

  /** Calls beyond the limit are not counted. */
  count(caller: string, windowMs: number, limit: number): Outcome {
    const window = this.current(caller) ?? this.begin(caller, windowMs);
    if (window.calls <= limit) window.calls += 1;
    return outcome(window, window.calls > limit);
  }

  /** Whether a call more would be beyond the limit; null: it would not. */
  blocked(caller: string, limit: number): Outcome | null {
    const window = this.current(caller);
    return window !== null && window.calls >= limit ? outcome(window, true) : null;
  }

  private current(caller: string): Window | null {
    const window = this.windows.get(caller);
    return window !== undefined && window.endsAt > performance.now() ? window : null;
  }

  private begin(caller: string, windowMs: number): Window {
    const window = { calls: 0, endsAt: performance.now() + windowMs };
    // In the order of their beginnings.
    this.windows.delete(caller);
    this.windows.set(caller, window);
    const oldest = this.windows.keys().next();
    if (this.windows.size > this.mostCallers && oldest.done !== true) this.windows.delete(oldest.value);
    return window;
  }
}

function outcome({ endsAt }: Window, isBlocked: boolean): Outcome {
  return { isBlocked, secondsLeft: Math.max(1, Math.ceil((endsAt - performance.now()) / 1_000)) };
}
