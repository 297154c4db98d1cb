import { describe, expect, it } from '@jest/globals';

import { Backoff, OUTAGES, type OutageMessage } from './backoff.js';

function outage() {
  const lines: string[] = [];
  const at =
    (level: string) =>
    (...words: unknown[]) => {
      lines.push(`${level}: ${String(words.at(-1))}`);
    };
  const log = { debug: at('debug'), error: at('error'), info: at('info'), warn: at('warn') };
  return { lines, outage: new Backoff('the work', log) };
}

const refused = (port = 1): Error =>
  Object.assign(new Error(`refused at port ${port}`), { code: 'ECONNREFUSED' });
const forbidden = (): Error => Object.assign(new Error('forbidden'), { type: 'TOPIC_AUTHORIZATION_FAILED' });

describe('An outage', () => {
  it('is logged where it begins, once for each kind of error, and where it ends', () => {
    const { lines, outage: work } = outage();
    work.over();
    work.failed(refused(1));
    work.failed(refused(2));
    work.failed(forbidden());
    work.failed(refused(3));
    work.failed(new Error('wrapped', { cause: forbidden() }));
    work.over();
    work.over();
    work.failed(refused());
    expect(lines).toEqual([
      'error: the work fails, trying again',
      'debug: the work still fails',
      'error: the work fails, trying again',
      'debug: the work still fails',
      'error: the work fails, trying again',
      'info: the work works again',
      'error: the work fails, trying again',
    ]);
  });

  it('waits twice as long before each attempt, up to 30 s', () => {
    const { outage: work } = outage();
    const waits = Array.from({ length: 12 }, () => work.failed(refused()));
    expect(waits).toEqual([100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000, 30_000]);
    work.over();
    expect(work.failed(refused())).toBe(100);
  });

  it('of several parts lasts until none of them fails, and each part waits for itself', () => {
    const { lines, outage: work } = outage();
    const told: boolean[] = [];
    const note = (message: unknown): void => {
      told.push((message as OutageMessage).lasts);
    };
    OUTAGES.subscribe(note);
    try {
      expect([work.failed(refused(), '3'), work.failed(refused(), '3'), work.failed(refused(), '5')]).toEqual(
        [100, 200, 100],
      );
      work.over('5');
      work.over('1');
      expect(work.failed(refused(), '3')).toBe(400);
      expect(told).toEqual([true, true, true, true]);
      work.over('3');
      expect(told.at(-1)).toBe(false);
    } finally {
      OUTAGES.unsubscribe(note);
    }
    expect(lines.filter((line) => !line.startsWith('debug'))).toEqual([
      'error: the work fails, trying again',
      'info: the work works again',
    ]);
  });

  it('is none when the work was given up', async () => {
    const { lines, outage: work } = outage();
    await work.pause(refused(), AbortSignal.abort());
    expect(lines).toEqual([]);
  });
});
