import { type PartialDate } from '#contact';

/** As ISO 8601 of before 2004 has dates with parts left out: `1815-12-10`, `--12-10`, `1815-12`, `1815`, `--12`, `---10`. */
export function isoDate({ year, month, day }: PartialDate): string {
  const parts = { year: yearOf(year), month: two(month), day: two(day) };
  if (day !== null) return `${parts.year ?? '-'}-${parts.month ?? ''}-${parts.day ?? ''}`;
  return month === null ? (parts.year ?? '') : `${parts.year ?? '-'}-${parts.month ?? ''}`;
}

/** What a date of vCard 4.0 is: basic ISO 8601, in which a day needs its month, or no year. */
export function basicDate({ year, month, day }: PartialDate): string | null {
  if (year !== null && month === null && day !== null) return null;
  if (year !== null && month !== null && day === null) return `${yearOf(year) ?? ''}-${two(month) ?? ''}`;
  if (day === null) return month === null ? yearOf(year) : `--${two(month) ?? ''}`;
  return `${yearOf(year) ?? '--'}${month === null ? '-' : (two(month) ?? '')}${two(day) ?? ''}`;
}

function yearOf(year: number | null): string | null {
  return year === null ? null : String(year).padStart(4, '0');
}

function two(part: number | null): string | null {
  return part === null ? null : String(part).padStart(2, '0');
}
