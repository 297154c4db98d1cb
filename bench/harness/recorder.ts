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

/** An absolute figure that has a target of its own. */
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
  private readonly samples = new Map<string, { place: Place; unit: string; values: number[] }>();
  private readonly said = new Map<string, Note>();
  readonly ratios: Ratio[] = [];
  readonly figures: Figure[] = [];

  constructor(readonly benchmark: string) {}

  add(setting: string, subject: string, unit: string, ...values: readonly number[]): void {
    const key = keyOf({ setting, subject });
    const row = this.samples.get(key) ?? { place: { setting, subject }, unit, values: [] };
    row.values.push(...values);
    this.samples.set(key, row);
  }

  note(text: string, setting: string | null = null): void {
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
    const above = this.samples.get(keyOf(over))?.values ?? [];
    const below = this.samples.get(keyOf(under))?.values ?? [];
    if (above.length === 0 || below.length === 0) return;
    const paired =
      above.length === below.length
        ? above.map((value, index) => value / (below[index] ?? Number.NaN))
        : [summarise(above).median / summarise(below).median];
    const summary = summarise(paired);
    this.ratios.push({
      benchmark: this.benchmark,
      setting: over.setting,
      what,
      ...summary,
      target,
      met: isMet(summary.median, target),
    });
  }

  /** Compares a row with a target of its own. */
  figure(place: Place, target: Target): void {
    const row = this.samples.get(keyOf(place));
    if (row === undefined) return;
    const summary = summarise(row.values);
    this.figures.push({
      benchmark: this.benchmark,
      setting: place.setting,
      what: place.subject,
      unit: row.unit,
      ...summary,
      target,
      met: isMet(summary.median, target),
    });
  }
}

function keyOf({ setting, subject }: Place): string {
  return JSON.stringify([setting, subject]);
}

function isMet(value: number, target: Target | null): boolean | null {
  if (target === null) return null;
  return 'atMost' in target ? value <= target.atMost : value >= target.atLeast;
}
