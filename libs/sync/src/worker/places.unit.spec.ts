import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { leavingPlace, Places } from './places.js';

/** Counts how often there was room again. */
function fourPlaces() {
  const told = { times: 0 };
  const places = new Places(4);
  const take = (isFull: boolean) =>
    places.take(isFull, () => {
      told.times += 1;
    });
  /** Takes what is free. @returns how many that were */
  const fill = (): number => {
    let taken = 0;
    for (; places.room.atMost > 0; taken += 1) take(false);
    return taken;
  };
  return { told, places, take, fill };
}

describe('The places of a process', () => {
  it('leave half of them to short runs', () => {
    const { places, take } = fourPlaces();
    expect(places.room).toEqual({ atMost: 4, fullAtMost: 2 });
    take(true);
    expect(places.room).toEqual({ atMost: 3, fullAtMost: 1 });
    take(true);
    expect(places.room).toEqual({ atMost: 2, fullAtMost: 0 });
    take(false);
    take(false);
    expect(places.room).toEqual({ atMost: 0, fullAtMost: 0 });
  });

  it('tell of a full sync that ends where no other might begin, though short ones have room', () => {
    const { told, take } = fourPlaces();
    const [first, second] = [take(true), take(true)];
    first.end();
    expect(told.times).toBe(1);
    // There was room before.
    second.end();
    expect(told.times).toBe(1);
  });

  it('are free while whoever had them waits', () => {
    const { told, places, take } = fourPlaces();
    const waiting = take(true);
    take(false);
    take(false);
    take(false);
    waiting.leave();
    waiting.leave();
    expect(places.room).toEqual({ atMost: 1, fullAtMost: 2 });
    expect(told.times).toBe(1);
    take(false);
    waiting.comeBack();
    expect(places.room.atMost).toBe(0);
    // One too many works.
    waiting.end();
    expect(places.room.atMost).toBe(0);
  });

  it('are free once, of a run that ends while it waits', () => {
    const { take, fill } = fourPlaces();
    const waiting = take(false);
    waiting.leave();
    waiting.end();
    expect(fill()).toBe(4);
  });

  it('are not left by more than a process can keep leases for', () => {
    const { take, fill } = fourPlaces();
    const waiting = Array.from({ length: 251 }, () => {
      const place = take(false);
      place.leave();
      return place;
    });
    waiting[0]?.end();
    waiting[250]?.leave();
    expect(fill()).toBe(4);
    take(false).leave();
    expect(fill()).toBe(0);
  });
});

describe('A run that Google keeps waiting', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  /** Whether it has left its place by then. */
  const hasLeft = (again: boolean, afterMs: number): boolean => {
    const { places, fill, take } = fourPlaces();
    const silent = {
      fetchPage: () => new Promise<never>(() => undefined),
      lookUp: () => new Promise<never>(() => undefined),
    };
    const source = leavingPlace(silent, take(false), again);
    fill();
    void source.fetchPage({ pageSize: 1, pageToken: null, syncToken: null }, new AbortController().signal);
    jest.advanceTimersByTime(afterMs);
    return places.room.atMost === 1;
  };

  it('leaves its place after two seconds', () => {
    expect([1_999, 2_000].map((afterMs) => hasLeft(false, afterMs))).toEqual([false, true]);
  });

  it('leaves it sooner where it may have waited before, so that what a dead process leaves holds up nobody', () => {
    expect([249, 250].map((afterMs) => hasLeft(true, afterMs))).toEqual([false, true]);
  });
});
