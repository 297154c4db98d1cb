import { type RunDetail } from '../../api/answers.js';
import { span } from '../../words/times.js';

/** Too little has come yet to tell how long the rest takes. */
const SOON_MS = 1_000;

/** `about 5 s left`, as fast as it went so far; null: it cannot be told. */
export function timeLeft(
  { startedAt, statistics, totalItems, state }: RunDetail,
  now: number,
): string | null {
  const rate = rateOf({ startedAt, statistics }, now);
  if (state !== 'running' || rate === null || totalItems === null) return null;
  const left = totalItems - statistics.total_fetched;
  return left <= 0 ? 'almost done' : `about ${span(Math.max(1_000, (left / rate) * 1_000))} left`;
}

/** Persons a second; null: none came yet. */
export function rateOf(
  { startedAt, statistics }: Pick<RunDetail, 'startedAt' | 'statistics'>,
  now: number,
): number | null {
  if (startedAt === null || statistics.total_fetched === 0) return null;
  const ms = now - Date.parse(startedAt);
  return ms < SOON_MS ? null : statistics.total_fetched / (ms / 1_000);
}
