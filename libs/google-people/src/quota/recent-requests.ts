const MINUTE_MS = 60_000;

/** When the requests of the last minute were sent, by the clock of the process (performance.now()). */
export class RecentRequests {
  private readonly times: number[] = [];

  /** One is sent now. */
  add(): void {
    this.forgetOld();
    this.times.push(performance.now());
  }

  /** How many were sent within so long, a minute at most. */
  within(ms = MINUTE_MS): number {
    const since = performance.now() - ms;
    return this.times.length - this.times.findLastIndex((time) => time <= since) - 1;
  }

  /** How long until fewer than so many are within a minute. */
  msUntilBelow(count: number): number {
    const leaving = this.times.at(-count);
    return leaving === undefined ? 0 : Math.max(0, leaving + MINUTE_MS - performance.now());
  }

  private forgetOld(): void {
    const old = performance.now() - MINUTE_MS;
    while ((this.times[0] ?? Infinity) <= old) this.times.shift();
  }
}
