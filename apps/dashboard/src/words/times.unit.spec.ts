import { describe, expect, it } from '@jest/globals';

import { relative } from './times.js';

const NOW = Date.parse('2026-11-24T14:32:08Z');
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const said = (ms: number, exact = false): string => relative(new Date(NOW + ms), NOW, exact);

describe('A time, as people say it', () => {
  it.each([
    [DAY - 1, 'in 24 h'],
    [23.4 * HOUR, 'in 23 h'],
    [400, 'in 0 s'],
    [4.6 * SECOND, 'in 5 s'],
    [MINUTE - 1, 'in 1 min'],
    [89 * SECOND, 'in 1 min'],
    [90 * SECOND, 'in 2 min'],
    [HOUR - 1, 'in 1 h'],
    [2 * DAY - 1, 'in 2 d'],
    [7 * DAY - 1, 'in 7 d'],
  ])('to come is rounded to the nearest unit: %i ms', (ms, words) => {
    expect(said(ms)).toBe(words);
  });

  it.each([
    [MINUTE - 1, 'in 1 min'],
    [5 * MINUTE - 1, 'in 5 min'],
    [4 * MINUTE + 11.6 * SECOND, 'in 4 min 12 s'],
    [HOUR - 1, 'in 1 h'],
    [DAY - 1, 'in 1 d'],
    [3 * DAY + 4.5 * HOUR, 'in 3 d 5 h'],
  ])('to come is rounded to the second unit where that is told: %i ms', (ms, words) => {
    expect(said(ms, true)).toBe(words);
  });

  it.each([
    [0, '0 s ago'],
    [-(MINUTE - 1), '59 s ago'],
    [-(HOUR - 1), '59 min ago'],
    [-(DAY - 1), '23 h ago'],
    [-(2 * DAY - 1), '47 h ago'],
    [-(3 * DAY - 1), '2 d ago'],
  ])('that is over is cut: %i ms', (ms, words) => {
    expect(said(ms)).toBe(words);
    expect(said(ms, true)).toBe(words);
  });
});
