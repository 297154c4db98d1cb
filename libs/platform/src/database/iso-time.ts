/** SQL of a time as `Date.toISOString` writes it. @param time SQL of a timestamptz */
export function isoTime(time: string): string {
  return `to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
