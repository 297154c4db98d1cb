/**
 * How a limit is learned that Google does not tell: additive increase, multiplicative decrease, as TCP and the clients of AWS
 * do (docs/adr/0052-a-quota-is-one-budget.md). Numbers, because PostgreSQL reckons with them, too.
 */
export const LEARNING = {
  /** So much is left of what was sent in the minute that was too much. */
  kept: 0.7,
  /** So much of that comes back with each minute. */
  regainedAMinute: 0.05,
  /** Requests a minute that are always left: a refusal may be for what others sent, or for a burst. */
  least: 30,
  /** Google's window: what was sent before a decrease counts there so long, and is no reason for another one. */
  windowSeconds: 60,
  /** A limit that was not exceeded for so long is one no more. */
  forgottenSeconds: 3_600,
} as const;

/** A limit that was lowered because Google said that it was too much. */
export interface LoweredLimit {
  /** Requests, as it was lowered to. */
  readonly perMinute: number;
  readonly ageSeconds: number;
}

/** @returns requests a minute that are let through by now; null: as many as come */
export function limitNow(set: number | null, lowered: LoweredLimit | null): number | null {
  const { regainedAMinute, forgottenSeconds } = LEARNING;
  if (lowered === null || lowered.ageSeconds >= forgottenSeconds) return set;
  const regained = lowered.perMinute * (1 + (regainedAMinute * lowered.ageSeconds) / 60);
  return set === null ? regained : Math.min(set, regained);
}

/** @returns null where the last decrease is too near for another one */
export function loweredLimit(
  set: number | null,
  before: LoweredLimit | null,
  sentLastMinute: number,
): LoweredLimit | null {
  const { kept, least, windowSeconds } = LEARNING;
  if (before !== null && before.ageSeconds < windowSeconds) return null;
  const sent = Math.min(limitNow(set, before) ?? Infinity, sentLastMinute);
  return { perMinute: Math.max(least, kept * sent), ageSeconds: 0 };
}
