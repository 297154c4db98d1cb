import { describe, expect, it } from '@jest/globals';

import { CallWindows } from './call-windows.js';

describe('Calls of a window', () => {
  it('are let pass up to the limit, each caller by itself', () => {
    const windows = new CallWindows();
    const outcomes = [1, 2, 3].map(() => windows.count('one', 60_000, 2));

    expect(outcomes.map(({ isBlocked }) => isBlocked)).toEqual([false, false, true]);
    expect(outcomes[2]?.secondsLeft).toBe(60);
    expect(windows.count('other', 60_000, 2).isBlocked).toBe(false);
    expect([windows.blocked('one', 2)?.isBlocked, windows.blocked('other', 2)]).toEqual([true, null]);
  });

  it('count anew once it is over', () => {
    const windows = new CallWindows();
    for (let call = 0; call < 5; call += 1) windows.count('one', 0, 2);

    expect(windows.count('one', 60_000, 2)).toMatchObject({ isBlocked: false });
  });

  it('are remembered of so many callers, whoever comes; the window that began first is forgotten', () => {
    const windows = new CallWindows(100);
    for (let caller = 0; caller < 10_000; caller += 1) windows.count(String(caller), 60_000, 0);

    const remembered = Array.from({ length: 10_000 }, (_, caller) => windows.blocked(String(caller), 1));
    expect(remembered.filter((blocked) => blocked !== null)).toHaveLength(100);
    expect(remembered.at(-1)).not.toBeNull();
  });
});
