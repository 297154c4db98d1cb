import { randomInt } from 'node:crypto';

import type fc from 'fast-check';

/** How much is generated, and from what: as `npm run verify` was told, else the same in each run of the suite. */
export interface Verification {
  readonly count: number;
  readonly seed: number;
  /** Of a failure that is played again. */
  readonly path: string | undefined;
  /** Called after each one; tells how far a long run is. */
  readonly done: () => void;
}

const SEED = 20_261_124;

/** How often a long run tells how far it is. */
const PROGRESS_MS = 15_000;

/** @param option of `npm run verify` @param usual how many there are without it */
export function verification(option: 'histories' | 'page-sequences', usual: number): Verification {
  const { VERIFY_COUNT, VERIFY_SEED, VERIFY_PATH } = process.env;
  const count = Number(VERIFY_COUNT ?? usual);
  // `npm test` plays the same ones each time, so that a change is what it judges; looking further is for `npm run verify`.
  const seed = Number(VERIFY_SEED ?? (VERIFY_COUNT === undefined ? SEED : randomInt(2 ** 31 - 1)));
  const started = performance.now();
  const seconds = (): number => Math.round((performance.now() - started) / 1_000);
  say(`${count} ${option}, seed ${seed}`);
  let finished = 0;
  let told = started;
  return {
    count,
    seed,
    path: VERIFY_PATH,
    done: () => {
      finished += 1;
      const isLast = finished === count;
      if (!isLast && (VERIFY_COUNT === undefined || performance.now() - told < PROGRESS_MS)) return;
      told = performance.now();
      say(`${finished} of ${count} ${option} hold after ${seconds()} s (seed ${seed})`);
    },
  };
}

/** @throws with the smallest case that fails, and how to see it again */
export function expectHolds<T>(option: 'histories' | 'page-sequences', details: fc.RunDetails<T>): void {
  if (!details.failed) return;
  const again = `npm run verify -- --${option} 1 --seed ${details.seed} --path ${details.counterexamplePath ?? ''}`;
  throw new Error(
    `After ${details.numRuns} ${option}, this one fails:\n${JSON.stringify(details.counterexample)}\nSee it again: ${again}`,
    { cause: details.errorInstance },
  );
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
