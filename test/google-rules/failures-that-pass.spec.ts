import { describe, expect, it } from '@jest/globals';

import { changedGoogle, PAGES } from './changed-google.js';

describe('What passes by itself is tried again:', () => {
  const google = changedGoogle();

  it.each([
    ['HTTP 500', { kind: 'status', status: 500 }, 2],
    ['HTTP 503', { kind: 'status', status: 503 }, 3],
    ['HTTP 408', { kind: 'status', status: 408 }, 1],
    ['a server that hangs', { kind: 'hang' }, 1],
    ['a body that drips too slowly', { kind: 'slow', bytesPerSecond: 50 }, 1],
    ['half a body', { kind: 'half-body' }, 2],
    ['a web page with HTTP 200', { kind: 'html' }, 2],
    ['a web page with HTTP 502', { kind: 'html', status: 502 }, 2],
    ['invalid JSON', { kind: 'invalid-json' }, 2],
    ['a reset connection', { kind: 'reset' }, 3],
  ])('%s', async (_, broken, times) => {
    await google.fault(broken, { when: { page: 2 }, times });

    await google.comesThroughAfter(times);
  });

  it('a drip that is fast enough is no failure', async () => {
    await google.fault({ kind: 'slow', bytesPerSecond: 200_000 }, { times: PAGES });
    expect((await google.sync('/full')).status).toBe(200);
    expect(await google.requests()).toHaveLength(PAGES);
    await google.isGooglesState();
  });

  it('a body of 50 MB is none either', async () => {
    await google.fault({ kind: 'huge', megabytes: 50 }, { times: 1 });
    // On a machine so busy that it takes longer than a request may, a further try brings it.
    expect((await google.sync('/full')).status).toBe(200);
    await google.isGooglesState();
  });
});
