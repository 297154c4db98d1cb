import { describe, expect, it } from '@jest/globals';

import { formatDuration, parseDuration } from './duration.js';

describe('A duration', () => {
  it.each([
    ['90s', 90_000],
    ['5m', 300_000],
    ['12h', 43_200_000],
    ['6d', 518_400_000],
  ])('is a whole number and a unit: %s', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each(['', '5', 'm', '5 m', ' 5m', '5min', '1.5h', '-5m', '5m30s', '5M', '10ms', '1000000000s'])(
    'is nothing else: "%s"',
    (text) => {
      expect(parseDuration(text)).toBeNull();
    },
  );

  it.each(['3651d', '87601h', '5256001m', '315360001s', '999999999d'])('is ten years at most: %s', (text) => {
    expect(parseDuration('3650d')).toBe(3650 * 86_400_000);
    expect(parseDuration(text)).toBeNull();
  });

  it('is never nothing', () => {
    expect(parseDuration('0s')).toBeNull();
    expect(parseDuration('000d')).toBeNull();
  });

  it.each(['1s', '90s', '5m', '90m', '12h', '6d', '365d'])('is written as it is read: %s', (text) => {
    expect(formatDuration(parseDuration(text) ?? 0)).toBe(text);
  });

  it('is written in the largest unit that tells all of it', () => {
    expect(['60s', '3600s', '24h', '86401s'].map((text) => formatDuration(parseDuration(text) ?? 0))).toEqual(
      ['1m', '1h', '1d', '86401s'],
    );
  });
});
