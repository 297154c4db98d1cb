import fc from 'fast-check';

/** How many cases are generated, and from which seed: as `npm run verify` was told, else the same in each run. */
export interface Verification {
  readonly count: number;
  readonly seed: number;
  /** Of a failure that is played again. */
  readonly path: string | undefined;
  /** Called after each one; tells how far a long run is. */
  readonly done: () => void;
}

const SEED = 20_261_124;

/** How many are used side by side, so that no processor is idle. */
export const LANES = 2;

/** What `npm run verify` can be told to generate. */
type Option = 'histories' | 'page-sequences' | 'requests' | 'messages';

/** How often a long run tells how far it is. */
const PROGRESS_MS = 15_000;

/**
 * Jest gives each of its processes whole files, so each kind of case is spread over as many files as Jest has processes
 * on two processors, and no other suite runs beside them.
 */
const PARTS = 3;
export type Part = 1 | 2 | 3;

/**
 * @param option of `npm run verify`
 * @param usual how many all parts have without it
 * @param parts over how many files they are spread
 */
export function verification(option: Option, usual: number, part: Part, parts = PARTS): Verification {
  const { VERIFY_COUNT, VERIFY_SEED, VERIFY_PATH } = process.env;
  const all = Number(VERIFY_COUNT ?? usual);
  const count = Math.floor((all + parts - part) / parts);
  // `npm test` plays the same ones each time, so that a failure is due to a change; `npm run verify` looks further.
  const base = Number(VERIFY_SEED ?? SEED);
  const seed = base + (part - 1) * LANES;
  const started = performance.now();
  const seconds = (): number => Math.round((performance.now() - started) / 1_000);
  const whole = `${all} ${option}, seed ${base}, part ${part} of ${parts}`;
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
      say(`${finished} hold after ${seconds()} s (${whole})`);
    },
  };
}

/** How long to search for a smaller failing case. */
const SHRINK_MS = 45_000;

/**
 * Plays generated cases, each lane its share of them, and the examples before them.
 *
 * @returns what became of them; the first failure ends it
 */
export async function playInLanes<T, Lane>(
  lanes: readonly Lane[],
  arbitrary: fc.Arbitrary<T>,
  play: (one: T, lane: Lane) => Promise<void>,
  { count, seed, path, done }: Pick<Verification, 'count' | 'seed'> & Partial<Verification>,
  { shrink = true, examples = [] }: { shrink?: boolean; examples?: readonly T[] } = {},
): Promise<fc.RunDetails<[T]>> {
  // A path is good only for the seed of one lane.
  const used = path === undefined ? lanes : lanes.slice(0, 1);
  let failed = null as { lane: Lane; shrinkUntil: number } | null;
  const results = await Promise.all(
    used.map((lane, index) =>
      fc.check(
        fc.asyncProperty(arbitrary, async (one) => {
          if (failed !== null && (failed.lane !== lane || performance.now() > failed.shrinkUntil)) return;
          try {
            await play(one, lane);
          } catch (error) {
            failed ??= { lane, shrinkUntil: performance.now() + SHRINK_MS };
            throw error;
          }
          if (failed === null) done?.();
        }),
        {
          seed: seed + index,
          numRuns: Math.floor((count + index) / used.length),
          endOnFailure: !shrink,
          examples: examples.map((example): [T] => [example]),
          ...(path === undefined ? {} : { path }),
        },
      ),
    ),
  );
  const [first] = results;
  const result = results.find((details) => details.failed) ?? first;
  if (result === undefined) throw new Error('There is no lane to play in');
  return result;
}

/** @throws with the smallest case that fails, and how to see it again */
export function expectHolds<T>(option: Option, details: fc.RunDetails<T>): void {
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
