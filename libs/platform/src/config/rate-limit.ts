import { parseDuration } from './duration.js';

/** How many calls a caller may make in which time. */
export interface RateLimit {
  readonly calls: number;
  readonly windowMs: number;
}

/** @returns null where the text is no rate, such as `3000/10s` */
export function parseRateLimit(text: string): RateLimit | null {
  const [, calls, duration] = /^(\d{1,7})\/(\d+[smhd])$/.exec(text) ?? [];
  const windowMs = duration === undefined ? null : parseDuration(duration);
  return Number(calls) < 1 || windowMs === null ? null : { calls: Number(calls), windowMs };
}
