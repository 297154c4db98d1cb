import { type Screen } from './screen.js';

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** `3 min ago`, `in 2 h` on a terminal; elsewhere, where it is kept, the time itself. */
export function when(time: string | null | undefined, { isTerminal }: Screen, now = Date.now()): string {
  if (time == null) return '';
  if (!isTerminal) return time;
  const difference = Date.parse(time) - now;
  const far = Math.abs(difference);
  const [unit, size] = UNITS.find(([, one]) => far >= one) ?? ['s', 1_000];
  const amount = `${Math.floor(far / size)} ${unit}`;
  if (far < 1_000) return 'now';
  return difference < 0 ? `${amount} ago` : `in ${amount}`;
}

/** `1,234`: the same everywhere. */
export function count(number: number): string {
  return number.toLocaleString('en-US');
}

export function counted(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

export function lasting(from: string | null, to: string | null, now = Date.now()): string {
  if (from === null) return '';
  const seconds = ((to === null ? now : Date.parse(to)) - Date.parse(from)) / 1_000;
  return seconds < 60
    ? `${seconds.toFixed(1)} s`
    : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
