import { type SqlEntityManager } from '@mikro-orm/postgresql';

import { type ComparisonAges } from '../runs/page-timing.js';
import { readTimings, type StoredTimings } from './read-timings.sql.js';

export interface TimedTry {
  readonly at: Date;
  /** Of the failure. */
  readonly code: string;
  readonly waitMs: number;
}

export interface TimedPage {
  /** In the order in which they were stored, from 1, over restarts of the list too. */
  readonly number: number;
  readonly askedAt: Date;
  readonly answeredAt: Date;
  readonly storedAt: Date;
  readonly persons: number;
  readonly events: number;
  readonly quarantined: number;
  readonly tries: readonly TimedTry[];
}

export interface Timings {
  /** Of the access token, where one had to be asked for. */
  readonly token: { readonly askedAt: Date; readonly answeredAt: Date } | null;
  /** The first ones. */
  readonly pages: readonly TimedPage[];
  /** When Google was asked about the contacts that a full list left out. */
  readonly compare: { readonly startedAt: Date; readonly finishedAt: Date } | null;
}

/** When what a run consists of was done, by the database's clock; of runs of before this was stored, nothing. */
export class RunTimings {
  constructor(private readonly em: SqlEntityManager) {}

  async of(runId: string): Promise<Timings> {
    const { at, comparison, pages } = await readTimings(this.em.fork(), runId);
    return {
      token: tokenOf(pages),
      pages: pages.map(timedPage),
      compare: comparisonOf(at, comparison),
    };
  }
}

function timedPage(
  [storedAt, [asked, answered, persons, events, quarantined, , tries]]: StoredTimings['pages'][number],
  index: number,
): TimedPage {
  return {
    number: index + 1,
    askedAt: before(storedAt, asked),
    answeredAt: before(storedAt, answered),
    storedAt: new Date(storedAt),
    persons,
    events,
    quarantined,
    tries: tries.map(([at, code, waitMs]) => ({ at: before(storedAt, at), code, waitMs })),
  };
}

/** The first one: a long run may need another. */
function tokenOf(pages: StoredTimings['pages']): Timings['token'] {
  for (const [storedAt, [, , , , , token]] of pages) {
    if (token !== null)
      return { askedAt: before(storedAt, token[0]), answeredAt: before(storedAt, token[1]) };
  }
  return null;
}

function comparisonOf(at: number | undefined, comparison: ComparisonAges | undefined): Timings['compare'] {
  if (at === undefined || comparison === undefined) return null;
  const [startedAgo, finishedAgo] = comparison;
  return { startedAt: before(at, startedAgo), finishedAt: before(at, finishedAgo) };
}

function before(at: number, ageMs: number): Date {
  return new Date(at - ageMs);
}
