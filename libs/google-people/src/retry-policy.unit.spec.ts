import { afterAll, afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type RetryPolicy } from 'cockatiel';

import {
  ClientRefused,
  CredentialsTurnedAway,
  GoogleUnavailable,
  GoogleUnreachable,
  PageTokenRefused,
  PermissionMissing,
  RateLimited,
  RequestRefused,
  SignInNeeded,
  SyncTokenExpired,
} from './google-errors.js';
import { DEFAULT_RETRY_LIMITS, type RetryLimits, retryPolicy } from './retry-policy.js';

const LIMITS: RetryLimits = { attempts: 3, firstDelayMs: 500, longestDelayMs: 8_000, budget: 100 };

const DOWN = new GoogleUnavailable('down');
const limited = (retryAfterMs: number | null): RateLimited => new RateLimited('limited', retryAfterMs);

/** How a request ended, after how many calls, and how long each retry waited for its turn. */
interface Ending {
  readonly calls: number;
  readonly waits: readonly number[];
  readonly error: unknown;
}

/** Makes a request that fails in these ways, one call after the other, then works. */
async function request(policy: RetryPolicy, failures: readonly Error[]): Promise<Ending> {
  const left = [...failures];
  const calledAt: number[] = [];
  const ending = policy
    .execute(() => {
      calledAt.push(performance.now());
      const failure = left.shift();
      if (failure !== undefined) throw failure;
    })
    .then(
      () => null,
      (error: unknown) => error,
    );
  await jest.runAllTimersAsync();
  const waits = calledAt.slice(1).map((at, index) => Math.round(at - (calledAt[index] ?? 0)));
  return { calls: calledAt.length, waits, error: await ending };
}

const always = (failure: Error): Error[] => Array<Error>(50).fill(failure);

describe('A request to Google', () => {
  const random = jest.spyOn(Math, 'random');
  beforeEach(() => {
    jest.useFakeTimers();
    random.mockReturnValue(0.5);
  });
  afterEach(() => {
    jest.useRealTimers();
  });
  afterAll(() => {
    random.mockRestore();
  });

  it('that works is made once', async () => {
    expect(await request(retryPolicy(LIMITS), [])).toEqual({ calls: 1, waits: [], error: null });
  });

  it.each([
    ['Google is not available', DOWN],
    ['Google could not be reached', new GoogleUnreachable('reset')],
    ['Google turned good credentials away', new CredentialsTurnedAway('401')],
    ['Google limits the rate', limited(null)],
    ['Google limits the rate and asks to wait', limited(1_000)],
  ])('is tried again when %s', async (_, failure) => {
    expect(await request(retryPolicy(LIMITS), [failure])).toMatchObject({ calls: 2, error: null });
  });

  it.each([
    new SyncTokenExpired('expired'),
    new PageTokenRefused('refused'),
    new SignInNeeded('revoked'),
    new PermissionMissing('scope'),
    new RequestRefused('mask'),
    new ClientRefused('deleted'),
    new TypeError('a bug'),
  ])('is not tried again after what does not pass by itself: %p', async (failure) => {
    expect(await request(retryPolicy(LIMITS), [failure])).toEqual({ calls: 1, waits: [], error: failure });
  });

  it('is tried again so often and no oftener, and then fails as it did last', async () => {
    const last = new GoogleUnavailable('last');
    const { calls, error } = await request(retryPolicy(LIMITS), [DOWN, DOWN, DOWN, last, DOWN]);
    expect(calls).toBe(1 + LIMITS.attempts);
    expect(error).toBe(last);
  });

  it('is tried again five times by default, half a second later at the earliest', async () => {
    random.mockReturnValue(0);
    const { calls, waits } = await request(retryPolicy(DEFAULT_RETRY_LIMITS), always(DOWN));
    expect(calls).toBe(6);
    expect(Math.min(...waits)).toBe(500);
  });

  describe('shares its retries with the others of its run:', () => {
    it('once they are used up, none is tried again', async () => {
      const policy = retryPolicy({ ...LIMITS, budget: 5 });
      expect(await request(policy, [DOWN, DOWN, DOWN])).toMatchObject({ calls: 4, error: null });
      expect(await request(policy, always(DOWN))).toMatchObject({ calls: 3, error: DOWN });
      expect(await request(policy, [DOWN])).toMatchObject({ calls: 1, error: DOWN });
    });

    it('one that works takes none', async () => {
      const policy = retryPolicy({ ...LIMITS, budget: 1 });
      for (let made = 0; made < 10; made += 1) await request(policy, []);
      expect(await request(policy, [DOWN])).toMatchObject({ calls: 2, error: null });
    });

    it('one that is not tried again takes none', async () => {
      const policy = retryPolicy({ ...LIMITS, budget: 1 });
      await request(policy, [new SyncTokenExpired('expired')]);
      await request(policy, [limited(LIMITS.longestDelayMs + 1)]);
      expect(await request(policy, [DOWN])).toMatchObject({ calls: 2, error: null });
    });

    it('another run has its own', async () => {
      const limits = { ...LIMITS, budget: 1 };
      await request(retryPolicy(limits), always(DOWN));
      expect(await request(retryPolicy(limits), [DOWN])).toMatchObject({ calls: 2, error: null });
    });
  });

  describe('waits before it is tried again', () => {
    const limits = { ...LIMITS, attempts: 6 };

    it.each([
      ['at least half of a ceiling that doubles from retry to retry', 0, [500, 1_000, 2_000, 4_000]],
      ['at most the whole of it', 1, [1_000, 2_000, 4_000, 8_000]],
      ['between the two by chance', 0.5, [750, 1_500, 3_000, 6_000]],
    ])('%s', async (_, chance, expected) => {
      random.mockReturnValue(chance);
      expect((await request(retryPolicy(limits), always(DOWN).slice(0, 4))).waits).toEqual(expected);
    });

    it('never longer than the longest delay', async () => {
      random.mockReturnValue(1);
      expect((await request(retryPolicy(limits), always(DOWN))).waits.slice(3)).toEqual([
        8_000, 8_000, 8_000,
      ]);
    });

    it('from the shortest delay again when another request of the run had to wait', async () => {
      random.mockReturnValue(0);
      const policy = retryPolicy(limits);
      await request(policy, always(DOWN));
      expect((await request(policy, [DOWN])).waits).toEqual([500]);
    });
  });

  describe('that Google asked to wait', () => {
    it.each([0, 0.5, 1])('is never tried again before Retry-After (chance %p)', async (chance) => {
      random.mockReturnValue(chance);
      const { waits } = await request(retryPolicy(LIMITS), [limited(3_000), limited(2_500), limited(7_999)]);
      expect(waits).toEqual([3_000, 2_500, 7_999]);
    });

    it('waits its own time where that is longer', async () => {
      random.mockReturnValue(0);
      expect((await request(retryPolicy(LIMITS), [limited(0), limited(999)])).waits).toEqual([500, 1_000]);
    });

    it('waits as long as the longest delay', async () => {
      const asked = limited(LIMITS.longestDelayMs);
      expect(await request(retryPolicy(LIMITS), [asked])).toEqual({
        calls: 2,
        waits: [LIMITS.longestDelayMs],
        error: null,
      });
    });

    it('gives up at once when it is longer than that', async () => {
      const asked = limited(LIMITS.longestDelayMs + 1);
      expect(await request(retryPolicy(LIMITS), [asked])).toEqual({ calls: 1, waits: [], error: asked });
    });
  });
});
