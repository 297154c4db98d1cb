import { type SqlEntityManager } from '@mikro-orm/postgresql';

import { SUCCEEDED } from './count-outcome.sql.js';
import { HALF_HOUR_SECONDS, HALF_HOURS_A_DAY } from './half-hour.sql.js';
import {
  type ChangesSum,
  type OutcomesSum,
  readChangesOfEach,
  readHalfHour,
  sumChanges,
  sumOutcomes,
} from './read-figures.sql.js';

/** What happened in a half hour. */
export interface HalfHour {
  readonly at: Date;
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  /** Runs that ended well. */
  readonly syncs: number;
  /** Runs that failed. */
  readonly errors: number;
}

/** Runs that failed with a code. */
export interface FailureSum {
  readonly code: string;
  readonly count: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
}

/** The half hours of a day, the oldest first; the last one is going on. */
export interface DayFigures {
  readonly at: Date;
  readonly halfHours: readonly HalfHour[];
  /** The most frequent first. */
  readonly failures: readonly FailureSum[];
  /** Changes of the half hour that goes on and the one before it. */
  readonly changesPerMinute: number;
}

/** The sums of half hours that were over for a while, which nothing is added to any more. */
interface Closed {
  readonly readAt: number;
  readonly before: number;
  readonly changes: readonly ChangesSum[];
  readonly outcomes: readonly OutcomesSum[];
}

/** Only the erasure of an account takes something away from half hours that are over: after so long it shows. */
const CLOSED_KEPT_SECONDS = 60;

const HOURS_A_DAY = 24;

/** What changed and how syncs went, counted as it happened (account_changes, run_outcomes). */
export class Figures {
  private closed: Closed | null = null;

  constructor(private readonly em: SqlEntityManager) {}

  /** @param accountId only of this one; null: of all */
  async day(accountId: string | null): Promise<DayFigures> {
    const em = this.em.fork();
    const { now, halfHour } = await readHalfHour(em);
    const from = halfHour - (HALF_HOURS_A_DAY - 1) * HALF_HOUR_SECONDS;
    // What a statement counts that began before the turn of the half hour may come after it.
    const open = halfHour - HALF_HOUR_SECONDS;
    const closed = accountId === null ? await this.closedBefore(em, open, from, now) : null;
    const since = closed === null ? from : open;
    const changes = [...(closed?.changes ?? []), ...(await sumChanges(em, accountId, since))];
    const outcomes = [...(closed?.outcomes ?? []), ...(await sumOutcomes(em, accountId, since))];
    const halfHours = Array.from({ length: HALF_HOURS_A_DAY }, (_, index) =>
      halfHourOf(from + index * HALF_HOUR_SECONDS, changes, outcomes),
    );
    const latest = halfHours
      .slice(-2)
      .reduce((sum, part) => sum + part.created + part.updated + part.deleted, 0);
    return {
      at: new Date(now * 1_000),
      halfHours,
      failures: failuresIn(outcomes),
      changesPerMinute: (latest * 60) / (now - open),
    };
  }

  /**
   * Changes of each account by hour, the oldest first; an hour is two of the half hours of {@link day}, so that the
   * accounts' sums are the day's.
   *
   * @returns accounts that have any
   */
  async hourlyChanges(accountIds: readonly string[]): Promise<ReadonlyMap<string, readonly number[]>> {
    const rows = await readChangesOfEach(this.em.fork(), accountIds);
    const hours = new Map<string, number[]>();
    for (const { accountId, halfHoursAgo, changes } of rows) {
      const ofAccount = hours.get(accountId) ?? Array.from({ length: HOURS_A_DAY }, () => 0);
      const place = HOURS_A_DAY - 1 - Math.floor(halfHoursAgo / 2);
      ofAccount[place] = (ofAccount[place] ?? 0) + changes;
      hours.set(accountId, ofAccount);
    }
    return hours;
  }

  /** The sums of a day are those of half a million rows with 10,000 accounts; of the two last half hours, of 20,000. */
  private async closedBefore(
    em: SqlEntityManager,
    before: number,
    from: number,
    now: number,
  ): Promise<Closed> {
    const known = this.closed;
    if (known?.before === before && now - known.readAt < CLOSED_KEPT_SECONDS) return known;
    const isClosed = ({ halfHour }: { readonly halfHour: number }): boolean => halfHour < before;
    this.closed = {
      readAt: now,
      before,
      changes: (await sumChanges(em, null, from)).filter(isClosed),
      outcomes: (await sumOutcomes(em, null, from)).filter(isClosed),
    };
    return this.closed;
  }
}

function halfHourOf(at: number, changes: readonly ChangesSum[], outcomes: readonly OutcomesSum[]): HalfHour {
  const { created = 0, updated = 0, deleted = 0 } = changes.find(({ halfHour }) => halfHour === at) ?? {};
  const ended = outcomes.filter(({ halfHour }) => halfHour === at);
  return {
    at: new Date(at * 1_000),
    created,
    updated,
    deleted,
    syncs: sum(ended.filter(({ outcome }) => outcome === SUCCEEDED)),
    errors: sum(ended.filter(({ outcome }) => outcome !== SUCCEEDED)),
  };
}

function failuresIn(outcomes: readonly OutcomesSum[]): FailureSum[] {
  const byCode = Map.groupBy(
    outcomes.filter(({ outcome }) => outcome !== SUCCEEDED),
    ({ outcome }) => outcome,
  );
  return [...byCode]
    .map(([code, parts]) => ({
      code,
      count: sum(parts),
      firstAt: new Date(Math.min(...parts.map(({ firstAt }) => Date.parse(firstAt)))),
      lastAt: new Date(Math.max(...parts.map(({ lastAt }) => Date.parse(lastAt)))),
    }))
    .sort((one, other) => other.count - one.count);
}

function sum(parts: readonly { readonly count: number }[]): number {
  return parts.reduce((total, { count }) => total + count, 0);
}
