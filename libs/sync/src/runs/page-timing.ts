import { type PageAges } from './page-times.js';

/** So many pages of a run are kept. */
export const MOST_PAGES = 1_000;

/** What is stored of a page, short because there is one a run at the least; ages in ms before it was stored. */
export type PageTiming = readonly [
  askedAgo: number,
  answeredAgo: number,
  persons: number,
  events: number,
  quarantined: number,
  token: PageAges['token'],
  tries: PageAges['tries'],
];

/** When Google was asked about the contacts that a full list left out, in ms before the end of the run. */
export type ComparisonAges = readonly [startedAgo: number, finishedAgo: number];

/** What the timing of a page counts. */
interface DecidedCounts {
  readonly shown: {
    readonly created: readonly unknown[];
    readonly updated: readonly unknown[];
    readonly unchanged: readonly unknown[];
    readonly tombstones: readonly unknown[];
  };
  readonly quarantined: readonly unknown[];
  readonly events: number;
}

export function pageTiming(
  { asked, answered, token, tries }: PageAges,
  { shown, quarantined, events }: DecidedCounts,
): PageTiming {
  const { created, updated, unchanged, tombstones } = shown;
  const counted = [created, updated, unchanged, tombstones, quarantined];
  const persons = counted.reduce((sum, some) => sum + some.length, 0);
  return [asked, answered, persons, events, quarantined.length, token, tries];
}

/** By the clock of the process, which no other one has to share. */
export class Comparison {
  private readonly startedAt = performance.now();
  private finishedAt = this.startedAt;

  isOver(): void {
    this.finishedAt = performance.now();
  }

  ages(): ComparisonAges {
    const now = performance.now();
    return [Math.round(now - this.startedAt), Math.round(now - this.finishedAt)];
  }
}

/**
 * SQL of the timings of a run as its row keeps them: those of the stored pages, and of the one that is stored by the same
 * statement. `at` is when a page was stored, in ms since 1970.
 *
 * @param run, @param lastPage, @param comparison parameters
 */
export function timingsOf(run: string, lastPage: string, comparison: string): string {
  const at = (time: string): string => `round(extract(epoch from ${time}) * 1000)`;
  return `(
    select jsonb_strip_nulls(jsonb_build_object('at', ${at('clock_timestamp()')}, 'comparison', ${comparison}::jsonb,
      'pages', (
        select jsonb_agg(jsonb_build_array(stored_at, timing) order by stored_at) from (
          (select ${at('shown_at')} as stored_at, timing from sync_run_pages
           where run_id = ${run} and timing is not null order by epoch, page limit ${MOST_PAGES})
          union all select ${at('clock_timestamp()')}, ${lastPage}::jsonb where ${lastPage}::jsonb is not null
        ) as page)))
  )`;
}
