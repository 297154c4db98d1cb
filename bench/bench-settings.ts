import { parseArgs } from 'node:util';

export interface BenchSettings {
  /** Names of benchmarks; all when none is given. */
  readonly chosen: readonly string[];
  /** Contacts of the accounts that are synced. */
  readonly sizes: readonly number[];
  /** Contacts of other accounts in the same database: each size is synced beside each of them. */
  readonly others: readonly number[];
  readonly repetitions: number;
  readonly warmUps: number;
  /** Small sizes, and a failure where a benchmark misses one of its rows. */
  readonly smoke: boolean;
  /** Whether bench/RESULTS.md is written, too. */
  readonly save: boolean;
  /** Whether each measured stage of the service is profiled as well, which makes it slower. */
  readonly profile: boolean;
  /** How long each load of the read API and each rate of the latency benchmark lasts. */
  readonly seconds: number;
}

/** The command line asks for what cannot be done; the message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const SMOKE = { sizes: '300', others: '0,600', repetitions: '1', 'warm-ups': '0', seconds: '1' };
const USUAL = { sizes: '1k,10k,25k,100k', others: '0', repetitions: '5', 'warm-ups': '1', seconds: '10' };

/**
 * @param args such as `full unchanged --sizes 1k,10k --others 0,1M --repetitions 5`
 * @throws UsageError
 */
export function readSettings(args: readonly string[]): BenchSettings {
  const { values, positionals } = parse(args);
  const defaults = values.smoke === true ? SMOKE : USUAL;
  const text = (name: keyof typeof USUAL): string => values[name] ?? defaults[name];
  const whole = (name: keyof typeof USUAL, least: number): number => amount(name, text(name), least);
  const list = (name: keyof typeof USUAL, least: number): number[] =>
    text(name)
      .split(',')
      .map((item) => amount(name, item, least));
  return {
    chosen: positionals,
    sizes: list('sizes', 1),
    others: list('others', 0),
    repetitions: whole('repetitions', 1),
    warmUps: whole('warm-ups', 0),
    seconds: whole('seconds', 1),
    smoke: values.smoke === true,
    save: values.save === true,
    profile: values.profile === true,
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        sizes: text,
        others: text,
        repetitions: text,
        'warm-ups': text,
        seconds: text,
        smoke: flag,
        save: flag,
        profile: flag,
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1_000, M: 1_000_000 };

function amount(name: string, text: string, least: number): number {
  const [, digits, unit = ''] = /^(\d{1,7})([kM]?)$/.exec(text) ?? [];
  const value = Number(digits) * (UNITS[unit] ?? Number.NaN);
  if (value >= least && value <= 10_000_000) return value;
  throw new UsageError(
    `--${name} holds "${text}"; allowed are whole numbers from ${least}, also as 10k or 1M`,
  );
}
