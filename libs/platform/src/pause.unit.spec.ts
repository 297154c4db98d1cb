import { getEventListeners } from 'node:events';

import { describe, expect, it } from '@jest/globals';

import { pause } from './pause.js';

const LONG_MS = 3_600_000;

describe('A pause', () => {
  it('is none where its signal is aborted already', async () => {
    await expect(pause(LONG_MS, AbortSignal.abort())).resolves.toBeUndefined();
  });

  it('ends with its signal', async () => {
    const over = new AbortController();
    const paused = pause(LONG_MS, over.signal);
    over.abort();
    await expect(paused).resolves.toBeUndefined();
  });

  it('ends as whoever was handed its end wants it', async () => {
    await expect(
      pause(LONG_MS, undefined, (end) => {
        end();
      }),
    ).resolves.toBeUndefined();
  });

  it('leaves nothing at a signal that outlives it', async () => {
    const { signal } = new AbortController();
    await pause(1, signal);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
