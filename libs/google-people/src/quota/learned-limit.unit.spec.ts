import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { limitNow, loweredLimit } from './learned-limit.js';

const set = fc.option(fc.integer({ min: 1, max: 10_000 }));
const before = fc.option(
  fc.record({
    perMinute: fc.double({ min: 63, max: 10_000, noNaN: true }),
    ageSeconds: fc.double({ min: 0, max: 5_000, noNaN: true }),
  }),
);
const sent = fc.nat(20_000);

describe('A limit that is learned', () => {
  it('is 0.7 of what was sent, if that was so much that it can have been too much', () => {
    expect(loweredLimit(null, null, 1_000)).toEqual({ perMinute: 700, ageSeconds: 0 });
    expect(loweredLimit(null, null, 89)).toBeNull();
    expect(loweredLimit(89, null, 1_000)).toBeNull();
  });

  it('comes back by a twentieth a minute, to what was set, and is forgotten after an hour', () => {
    const limit = (ageSeconds: number, of: number | null = null) =>
      limitNow(of, { perMinute: 100, ageSeconds });
    expect([0, 60, 600, 3_599].map((age) => Math.round(limit(age) ?? NaN))).toEqual([100, 105, 150, 400]);
    expect(limit(3_600)).toBeNull();
    expect([0, 600, 3_600].map((age) => limit(age, 120))).toEqual([100, 120, 120]);
  });

  it('is lowered once a minute, and never above what was in force or was sent', () => {
    fc.assert(
      fc.property(set, before, sent, (of, last, count) => {
        const next = loweredLimit(of, last, count);
        const least = Math.min(count, limitNow(of, last) ?? Infinity);
        if (least < 90 || (last !== null && last.ageSeconds < 60)) expect(next).toBeNull();
        else expect(next?.perMinute).toBeLessThan(least);
      }),
    );
  });

  it('never lets more through than was set', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), before, (of, last) => {
        expect(limitNow(of, last)).toBeLessThanOrEqual(of);
      }),
    );
  });
});
