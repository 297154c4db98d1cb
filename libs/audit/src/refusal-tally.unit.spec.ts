import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { RefusalTally } from './refusal-tally.js';

const MINUTE_MS = 60_000;
const log = { debug: () => undefined, error: () => undefined, info: () => undefined, warn: () => undefined };

describe('Refusals', () => {
  let written: { code: string | null; name: string | null; count: number }[];
  let isAway: boolean;
  let tally: RefusalTally;
  beforeEach(() => {
    jest.useFakeTimers();
    written = [];
    isAway = false;
    tally = new RefusalTally(
      {
        record: ({ actor: { name } }, { code }, count) => {
          if (isAway) return Promise.reject(new Error('away'));
          written.push({ name, code, count: count ?? 0 });
          return Promise.resolve();
        },
      },
      log,
    );
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const refuse = (times: number, name: string | null = null, code = 'invalid-api-token'): void => {
    for (let time = 0; time < times; time++) {
      tally.add({ actor: { kind: name === null ? 'unknown' : 'token', name }, action: 'request', code });
    }
  };
  const aMinute = () => jest.advanceTimersByTimeAsync(MINUTE_MS);
  const one = { name: null, code: 'invalid-api-token', count: 1 };

  it('are two entries a minute, however many they are', async () => {
    for (let minute = 0; minute < 3; minute++) {
      refuse(1_000);
      await aMinute();
    }
    expect(written.map(({ count }) => count)).toEqual([1, 999, 1, 999, 1, 999]);
  });

  it('are one entry where there was one', async () => {
    refuse(1);
    await aMinute();
    await tally.stop();
    expect(written).toEqual([one]);
  });

  it('are told apart by actor and code', () => {
    refuse(1);
    refuse(1, 'crm');
    refuse(1, 'crm', 'scope-missing');
    expect(written).toEqual([one, { ...one, name: 'crm' }, { name: 'crm', code: 'scope-missing', count: 1 }]);
  });

  it('are written at a stop', async () => {
    refuse(3);
    await tally.stop();
    expect(written.map(({ count }) => count)).toEqual([1, 2]);
  });

  it('are kept while they cannot be written', async () => {
    isAway = true;
    refuse(3);
    await aMinute();
    refuse(2);
    isAway = false;
    await aMinute();
    expect(written.reduce((sum, { count }) => sum + count, 0)).toBe(5);
  });
});
