const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** No duration may be longer: dates that it is added to stay far from their end. */
export const LONGEST_DAYS = 3650;

/** Reads `5m`, `90s`, `12h` or `6d`. @returns milliseconds; null where the text is something else, 0, or too long */
export function parseDuration(text: string): number | null {
  const [, amount, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (amount === undefined || unit === undefined || Number(amount) === 0) return null;
  const milliseconds = Number(amount) * UNITS_MS[unit as keyof typeof UNITS_MS];
  return milliseconds <= LONGEST_DAYS * UNITS_MS.d ? milliseconds : null;
}

/** As {@link parseDuration} reads it, in the largest unit that tells all of it. */
export function formatDuration(milliseconds: number): string {
  const [unit, size] = Object.entries(UNITS_MS)
    .reverse()
    .find(([, inMs]) => milliseconds % inMs === 0) ?? ['s', UNITS_MS.s];
  return `${milliseconds / size}${unit}`;
}
