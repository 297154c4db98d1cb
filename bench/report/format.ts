import { type Note, type Ratio, type Target } from '../harness/recorder.js';

/** Three digits that count, in groups. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function targetText(target: Target | null): string {
  if (target === null) return '';
  return 'atMost' in target ? `at most ${target.atMost}` : `at least ${target.atLeast}`;
}

export function verdict({ met }: Ratio): string {
  return met === null ? '' : met ? 'met' : 'MISSED';
}

export function rangeText({ n, min, max }: { n: number; min: number; max: number }): string {
  return n === 1 ? 'n 1' : `${number(min)} – ${number(max)}, n ${n}`;
}

export function noteText({ setting, text }: Note): string {
  return setting === null ? text : `${setting}: ${text}`;
}
