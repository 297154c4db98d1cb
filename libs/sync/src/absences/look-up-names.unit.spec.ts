import { describe, expect, it } from '@jest/globals';
import { GoogleUnavailable, type NameAnswer, RequestRefused } from '#google-people';
import { pino } from 'pino';

import { UNSEEN } from '../runs/run-activity.js';
import { lookUpNames } from './look-up-names.js';

const log = pino({ level: 'silent' });
const namesUpTo = (count: number) => Array.from({ length: count }, (_, index) => `people/${index}`);

/** Google, which fails as told, and says of everybody else that they are gone. */
async function asked(
  names: readonly string[],
  fail: (names: readonly string[], call: number) => Error | null = () => null,
): Promise<{ calls: number[]; answered: string[] }> {
  const calls: number[] = [];
  const answered: string[] = [];
  const source = {
    lookUp: (some: readonly string[]): Promise<Map<string, NameAnswer>> => {
      calls.push(some.length);
      const error = fail(some, calls.length);
      if (error !== null) return Promise.reject(error);
      return Promise.resolve(new Map(some.map((name) => [name, { kind: 'gone' }])));
    },
  };
  for await (const answers of lookUpNames(source, names, log, new AbortController().signal, UNSEEN)) {
    answered.push(...answers.keys());
  }
  return { calls, answered };
}

describe('Names are asked for', () => {
  it('200 at a time', async () => {
    const { calls, answered } = await asked(namesUpTo(450));
    expect(calls).toEqual([200, 200, 50]);
    expect(answered).toEqual(namesUpTo(450));
  });

  it('not at all where there are none', async () => {
    expect((await asked([])).calls).toEqual([]);
  });
});

describe('A call that Google refuses', () => {
  it('is halved down to the name that it is refused for; all others are answered', async () => {
    const refused = (some: readonly string[]) =>
      some.includes('people/137') ? new RequestRefused('no') : null;
    const { calls, answered } = await asked(namesUpTo(200), refused);
    expect(answered).toEqual(namesUpTo(200).filter((name) => name !== 'people/137'));
    expect(calls.length).toBeLessThan(20);
  });

  it('whatever the name, ends the asking after 20 names', async () => {
    const { calls, answered } = await asked(namesUpTo(2_000), () => new RequestRefused('no'));
    expect(answered).toEqual([]);
    expect(calls.filter((count) => count === 1)).toHaveLength(21);
  });
});

it('Whatever else fails ends the asking, and what was answered before stays', async () => {
  const { calls, answered } = await asked(namesUpTo(500), (_, call) =>
    call === 2 ? new GoogleUnavailable('down') : null,
  );
  expect(calls).toEqual([200, 200]);
  expect(answered).toEqual(namesUpTo(200));
});

it('An error that is not Google’s is thrown', async () => {
  await expect(asked(namesUpTo(1), () => new Error('ours'))).rejects.toThrow('ours');
});
