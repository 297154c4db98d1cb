/**
 * How a limit is learned that Google does not tell: additive increase, multiplicative decrease, as TCP and the clients of AWS
 * do (docs/adr/0052-a-quota-is-one-budget.md). Numbers, because PostgreSQL reckons with them, too.
 */
export const LEARNING = {
  /** So much is left of what was sent in the minute that was too much. */
  kept: 0.7,
  /** So much of that comes back with each minute. */
  regainedAMinute: 0.05,
  /**
   * So many were sent in that minute at least: Google lets every project and every person have more, so what it refuses of
   * fewer is for a moment, such as a burst, and only tried again.
   */
  enough: { project: 300, person: 90 },
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

/**
 * A person's.
 *
 * @returns null where too little was sent for another limit, or the last decrease is too near
 */
export function loweredLimit(
  set: number | null,
  before: LoweredLimit | null,
  sentLastMinute: number,
): LoweredLimit | null {
  const { kept, enough, windowSeconds } = LEARNING;
  if (before !== null && before.ageSeconds < windowSeconds) return null;
  const sent = Math.min(limitNow(set, before) ?? Infinity, sentLastMinute);
  return sent < enough.person ? null : { perMinute: kept * sent, ageSeconds: 0 };
}
