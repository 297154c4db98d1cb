import { type Summary, summarise } from './statistics.js';

/** What one contestant took, or achieved, in one setting. */
export interface Row extends Summary {
  readonly benchmark: string;
  /** Such as `10k contacts beside 1M others`. */
  readonly setting: string;
  readonly subject: string;
  readonly unit: string;
  readonly samples: readonly number[];
}

export type Target = { readonly atMost: number } | { readonly atLeast: number };

/** The ratio of two contestants; by repetition where both have as many. */
export interface Ratio extends Summary {
  readonly benchmark: string;
  readonly setting: string;
  readonly what: string;
  readonly target: Target | null;
  /** By the median; null without a target. */
  readonly met: boolean | null;
}

/** An absolute figure, or a difference of two, that has a target of its own. */
export interface Figure extends Ratio {
  readonly unit: string;
}

/** A note in the report: why a row is missing, what was odd, what a profile shows. */
export interface Note {
  /** null: it holds for all of them. */
  readonly setting: string | null;
  readonly text: string;
}

/** Where a row stands. */
export interface Place {
  readonly setting: string;
  readonly subject: string;
}

/** Collects the samples of one benchmark. */
export class Recorder {
  private samples = new Map<string, { place: Place; unit: string; values: number[] }>();
  private said = new Map<string, Note>();
  ratios: Ratio[] = [];
  figures: Figure[] = [];

  constructor(
    readonly benchmark: string,
    /** Behind the name of each setting. */
    private readonly suffix = '',
  ) {}

  /** For the same benchmark: what it is told is collected here, in settings whose names end with the suffix. */
  suffixed(suffix: string): Recorder {
    const { samples, said, ratios, figures } = this;
    return Object.assign(new Recorder(this.benchmark, suffix), { samples, said, ratios, figures });
  }

  add(name: string, subject: string, unit: string, ...values: readonly number[]): void {
    const place = { setting: name + this.suffix, subject };
    const row = this.samples.get(keyOf(place)) ?? { place, unit, values: [] };
    row.values.push(...values);
    this.samples.set(keyOf(place), row);
  }

  note(text: string, name: string | null = null): void {
    const setting = name === null ? null : name + this.suffix;
    this.said.set(JSON.stringify([setting, text]), { setting, text });
  }

  get notes(): readonly Note[] {
    return [...this.said.values()];
  }

  get rows(): Row[] {
    return [...this.samples.values()].map(({ place, unit, values }) => ({
      benchmark: this.benchmark,
      ...place,
      unit,
      samples: values,
      ...summarise(values),
    }));
  }

  /** `over` divided by `under`; nothing where one of them was not measured. */
  ratio(what: string, over: Place, under: Place, target: Target | null = null): void {
    const values = paired(this.row(over)?.values, this.row(under)?.values, (above, below) => above / below);
    if (values.length > 0) this.ratios.push(this.judged(over.setting, what, values, target));
  }

  /** How much longer one took than the other, or whatever their unit says; nothing where one was not measured. */
  difference(what: string, of: Place, less: Place, target: Target | null = null): void {
    const row = this.row(of);
    const values = paired(row?.values, this.row(less)?.values, (above, below) => above - below);
    if (row === undefined || values.length === 0) return;
    this.figures.push({ ...this.judged(of.setting, what, values, target), unit: row.unit });
  }

  /** Compares a row with a target of its own. */
  figure(place: Place, target: Target): void {
    const row = this.row(place);
    if (row === undefined) return;
    this.figures.push({ ...this.judged(place.setting, place.subject, row.values, target), unit: row.unit });
  }

  private row({ setting, subject }: Place) {
    return this.samples.get(keyOf({ setting: setting + this.suffix, subject }));
  }

  private judged(name: string, what: string, values: readonly number[], target: Target | null): Ratio {
    const { benchmark, suffix } = this;
    const summary = summarise(values);
    const met = isMet(summary.median, target);
    return { benchmark, setting: name + suffix, what, ...summary, target, met };
  }
}

/** Repetition by repetition where both have as many, else by the medians. */
function paired(
  left: readonly number[] = [],
  right: readonly number[] = [],
  compare: (left: number, right: number) => number,
): readonly number[] {
  if (left.length === 0 || right.length === 0) return [];
  if (left.length !== right.length) return [compare(summarise(left).median, summarise(right).median)];
  return left.map((value, index) => compare(value, right[index] ?? Number.NaN));
}

function keyOf({ setting, subject }: Place): string {
  return JSON.stringify([setting, subject]);
}

function isMet(value: number, target: Target | null): boolean | null {
  if (target === null) return null;
  return 'atMost' in target ? value <= target.atMost : value >= target.atLeast;
}
