import { describe, expect, it } from '@jest/globals';

import { Backoff } from './backoff.js';

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

describe('An outage', () => {
  it('is logged where it begins, where it changes, and where it ends', async () => {
    const { lines, outage: work } = outage();
    const { signal } = new AbortController();
    work.over();
    await work.pause(new Error('refused'), signal);
    await work.pause(new Error('refused'), signal);
    await work.pause(new Error('timed out'), signal);
    work.over();
    work.over();
    expect(lines).toEqual([
      'error: the work fails, trying again',
      'debug: the work still fails',
      'error: the work fails, trying again',
      'info: the work works again',
    ]);
  });

  it('is none when the work was given up', async () => {
    const { lines, outage: work } = outage();
    await work.pause(new Error('aborted'), AbortSignal.abort());
    expect(lines).toEqual([]);
  });
});
