import { type BenchSettings } from './bench-settings.js';
import { type Recorder } from './harness/recorder.js';
import { type Stage } from './stage/stage.js';

export interface BenchmarkRun {
  readonly stage: Stage;
  readonly settings: BenchSettings;
  readonly recorder: Recorder;
  /** Says on the terminal what is being done. */
  readonly progress: (what: string) => void;
  /** Writes the report so far, after each setting, so that a run that is ended after hours was not for nothing. */
  readonly keep: () => Promise<void>;
}

export interface Benchmark {
  readonly name: string;
  /** One line for the report. */
  readonly question: string;
  /** Subjects of which there must be a row; those of `withKafka` only where a Kafka can be run. */
  readonly subjects: readonly string[];
  readonly withKafka?: readonly string[];
  /**
   * Given: it is run once more on default settings, without contacts of others. Of these subjects there must be a row
   * then, and of those of `withKafka`.
   */
  readonly onDefaults?: readonly string[];
  run(run: BenchmarkRun): Promise<void>;
}

/** Behind the names of settings in which PostgreSQL has its own defaults, and the service all roles in one process. */
export const ON_DEFAULTS = ' on default settings';

export function onDefaults(run: BenchmarkRun): BenchmarkRun {
  return {
    ...run,
    stage: run.stage.onDefaults(),
    settings: { ...run.settings, others: [0] },
    recorder: run.recorder.suffixed(ON_DEFAULTS),
    progress: (what) => {
      run.progress(`${what}${ON_DEFAULTS}`);
    },
  };
}

/** `25k contacts`, `25k contacts beside 1M others`. */
export function settingOf(contacts: number, others: number): string {
  return `${short(contacts)} contacts${others > 0 ? ` beside ${short(others)} others` : ''}`;
}

export function short(count: number): string {
  if (count >= 1_000_000 && count % 100_000 === 0) return `${count / 1_000_000}M`;
  return count >= 1_000 && count % 100 === 0 ? `${count / 1_000}k` : String(count);
}

/** How many contacts of others a benchmark is run beside. The smoke run fills one database only, for the queries. */
export function totals({ others, smoke }: BenchSettings): readonly number[] {
  return smoke ? [0] : others;
}

/** How many contacts are in the database of benchmarks that query all: the others, or the largest account. */
export function mostContacts({ others, sizes }: BenchSettings): number {
  const most = Math.max(...others);
  return most > 0 ? most : Math.max(...sizes);
}
