/** Someone who does the work that is compared. */
export interface Contestant {
  readonly name: string;
  /** How often it is measured at most, for those that take minutes; as often as the others unless told. */
  readonly mostRepetitions?: number;
  /** Does the work once. What it returns is recorded, except of a warm-up. */
  run(): Promise<() => void>;
  /** Puts everything back, outside of what is measured. */
  restore?(): Promise<void>;
}

export interface Rounds {
  readonly repetitions: number;
  readonly warmUps: number;
  /** What all contestants of a round are then confronted with. */
  readonly beforeRound?: () => Promise<void>;
}

/**
 * Measures contestants in turns, so that what disturbs the machine for a while disturbs them all, and begins each
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
      // One that is measured once takes so long that it warms up on its way.
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
