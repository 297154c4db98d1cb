import { describe, expect, it } from '@jest/globals';

import { ALWAYS, changedGoogle } from './changed-google.js';
import { IMPATIENT } from './impatient-service.js';

describe('A token endpoint', () => {
  const google = changedGoogle();

  it.each([
    ['is down', { kind: 'status', status: 503 }],
    ['hangs', { kind: 'hang' }],
    ['answers with a web page', { kind: 'html' }],
    ['resets the connection', { kind: 'reset' }],
  ])('that %s is tried again, and no person is asked', async (_, broken) => {
    await google.control('POST', '/control/access-tokens/expire');
    await google.tokenFault(broken, 2);

    expect((await google.sync()).status).toBe(200);

    expect(await google.requests('/token')).toHaveLength(3);
    await google.isGooglesState();
  });

  it('that stays down fails the run, and no person is asked', async () => {
    await google.control('POST', '/control/access-tokens/expire');
    await google.tokenFault({ kind: 'hang' }, ALWAYS);

    const answer = await google.sync();

    await google.failed(answer, {
      status: 502,
      code: 'google-unavailable',
      says: /could not be reached/,
      advises: /next sync/,
    });
    expect(await google.requests('/token')).toHaveLength(1 + IMPATIENT.attempts);
    await google.nothingIsLost();
  });
});
