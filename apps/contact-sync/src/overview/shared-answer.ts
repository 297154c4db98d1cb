/** For so long an answer is good for whoever asks. */
const GOOD_MS = 1_000;

/** A work that takes longer is done less often: this many times as long as it took. */
const REST = 10;

/** One answer for all who ask at about the same time. */
export class SharedAnswer<T> {
  private answer: Promise<T> | null = null;
  private goodUntil = 0;

  constructor(private readonly work: () => Promise<T>) {}

  /** @throws what the work throws, to all who wait for it; the next call begins anew */
  async get(): Promise<T> {
    if (this.answer !== null && performance.now() < this.goodUntil) return this.answer;
    const begunAt = performance.now();
    const answer = this.work();
    this.answer = answer;
    this.goodUntil = Infinity;
    try {
      await answer;
      const endedAt = performance.now();
      this.goodUntil = endedAt + Math.max(GOOD_MS, REST * (endedAt - begunAt));
    } catch {
      // Whoever waits for it is told below.
      this.answer = null;
    }
    return answer;
  }
}
