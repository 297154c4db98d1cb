/** A program whose work is compared. */
export interface Contestant {
  readonly name: string;
  /** The most repetitions of one that takes minutes; left out: as many as the others. */
  readonly mostRepetitions?: number;
  /** Does the work once. What it returns is recorded, unless it was a warm-up. */
  run(): Promise<() => void>;
  /** Undoes the work; not measured. */
  restore?(): Promise<void>;
}

export interface Rounds {
  readonly repetitions: number;
  readonly warmUps: number;
  /** Prepares what all contestants of a round meet. */
  readonly beforeRound?: () => Promise<void>;
}

/**
 * Measures contestants in turns, so that what slows the machine for a while slows them all, and begins each
 * repetition with another one, so that none is always the first.
 *
 * @param progress is told what is done next
 */
export async function interleave(
  contestants: readonly Contestant[],
  { repetitions, warmUps, beforeRound }: Rounds,
  progress: (what: string) => void,
): Promise<void> {
  for (let round = -warmUps; round < repetitions; round += 1) {
    await beforeRound?.();
    const first = ((round % contestants.length) + contestants.length) % contestants.length;
    const turn = [...contestants.slice(first), ...contestants.slice(0, first)];
    for (const contestant of turn) {
      if (round >= (contestant.mostRepetitions ?? repetitions)) continue;
      // One that is measured once takes so long that it warms up meanwhile.
      if (round < 0 && contestant.mostRepetitions !== undefined) continue;
      progress(`${round < 0 ? 'warm-up' : `repetition ${round + 1} of ${repetitions}`}: ${contestant.name}`);
      try {
        const record = await contestant.run();
        if (round >= 0) record();
      } finally {
        await contestant.restore?.();
      }
    }
  }
}
