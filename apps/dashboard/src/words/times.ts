const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const dayOfYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });
const hours = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

/** `24 Nov 2026, 14:31:19`, as the browser's own time zone has it. */
export function absolute(at: Date): string {
  return `${dayOfYear.format(at)}, ${clock.format(at)}`;
}

/** `14:31:19`; of another day `24 Nov, 14:31`; of another year the year too, in place of the clock. */
export function clockTime(at: Date, now: number): string {
  const today = new Date(now);
  if (at.toDateString() === today.toDateString()) return clock.format(at);
  if (at.getFullYear() !== today.getFullYear()) return dayOfYear.format(at);
  return `${day.format(at)}, ${hours.format(at)}`;
}

export function timeOfDay(at: Date): string {
  return clock.format(at);
}

export function hourAndMinute(at: Date): string {
  return hours.format(at);
}

export function date(at: Date): string {
  return dayOfYear.format(at);
}

/** `Today, Tuesday 24 November` */
export function dayHeading(at: Date, now: number): string {
  const text = weekday.format(at).replace(',', '');
  if (at.toDateString() === new Date(now).toDateString()) return `Today, ${text}`;
  if (at.toDateString() === new Date(now - DAY).toDateString()) return `Yesterday, ${text}`;
  return at.getFullYear() === new Date(now).getFullYear() ? text : `${text} ${at.getFullYear()}`;
}

/** `48 s`, `4 min`, `3 h`, `2 d`: one unit, cut and never rounded up. */
export function span(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  const unit = unitOf(ms);
  return `${Math.floor(ms / unit)} ${WORDS[unit]}`;
}

/** Two units where the second one matters: `3 d 5 h`, `4 min 12 s`; cut, too. */
export function exactSpan(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  if (ms < MINUTE) return span(ms);
  const small = smallUnitOf(ms);
  const large = ms < HOUR ? MINUTE : ms < DAY ? HOUR : DAY;
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)} ${WORDS[large]}${rest === 0 ? '' : ` ${rest} ${WORDS[small]}`}`;
}

const WORDS = { [SECOND]: 's', [MINUTE]: 'min', [HOUR]: 'h', [DAY]: 'd' };

function unitOf(ms: number): keyof typeof WORDS {
  return ms < MINUTE ? SECOND : ms < HOUR ? MINUTE : ms < 2 * DAY ? HOUR : DAY;
}

/** The second one of two units. */
function smallUnitOf(ms: number): keyof typeof WORDS {
  return ms < HOUR ? SECOND : ms < DAY ? MINUTE : HOUR;
}

/** How long a thing took: `0.4 s`, `8.6 s`, `2 min 5 s`. */
export function took(milliseconds: number): string {
  if (milliseconds < 100) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 10 * SECOND) return `${(milliseconds / SECOND).toFixed(1)} s`;
  return exactSpan(milliseconds);
}

/**
 * `2 s ago`, `in 4 min`. An age is cut; what is to come is rounded, because a moment after somebody was given 24 h these
 * are not 23.
 *
 * @param exact what is to come, with two units
 */
export function relative(at: Date, now: number, exact = false): string {
  const ahead = at.getTime() - now;
  if (ahead <= 0) return `${span(-ahead)} ago`;
  const unit = exact ? smallUnitOf(ahead) : unitOf(ahead);
  const rounded = Math.round(ahead / unit) * unit;
  return `in ${exact ? exactSpan(rounded) : span(rounded)}`;
}

/** As variables are written: `5m`, `6d`. @returns milliseconds; null: no duration */
export function parseInterval(text: string): number | null {
  const [, amount, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  const units: Readonly<Record<string, number>> = { s: SECOND, m: MINUTE, h: HOUR, d: DAY };
  const factor = unit === undefined ? undefined : units[unit];
  return amount === undefined || factor === undefined ? null : Number(amount) * factor;
}
