import { describe, expect, it } from '@jest/globals';

import { ALWAYS, changedGoogle, PAGES } from './changed-google.js';
import { IMPATIENT } from './impatient-service.js';

describe('What does not pass fails the run, which says so:', () => {
  const google = changedGoogle();

  it.each([
    ['HTTP 503', { kind: 'status', status: 503 }, 502, 'google-unavailable', /not available .*503/],
    ['HTTP 429', { kind: 'status', status: 429 }, 503, 'google-rate-limited', /limits the rate .*429/],
    ['a reset', { kind: 'reset' }, 502, 'google-unavailable', /could not be reached .*ECONNRESET/],
    ['a hanging server', { kind: 'hang' }, 502, 'google-unavailable', /could not be reached .*Timeout/],
    ['half a body', { kind: 'half-body' }, 502, 'google-unavailable', /could not be reached/],
    ['a web page', { kind: 'html' }, 502, 'google-unavailable', /not a list of people/],
    ['invalid JSON', { kind: 'invalid-json' }, 502, 'google-unavailable', /not a list of people/],
  ])('%s', async (_, broken, status, code, says) => {
    const before = await google.token();
    await google.fault(broken, { when: { page: 2 }, times: ALWAYS });

    const answer = await google.sync('/full');

    await google.failed(answer, { status, code, says, advises: /The next sync tries again/ });
    if (status === 503) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await google.token()).toEqual(before);
    expect(await google.requests()).toHaveLength(1 + 1 + IMPATIENT.attempts);
    await google.nothingIsLost();
  });

  it('a run that uses up its retries, though no single page does', async () => {
    await google.fault({ kind: 'status', status: 503 }, { when: { page: 1 }, times: 3 });
    await google.fault({ kind: 'status', status: 503 }, { when: { page: 2 }, times: 3 });
    await google.fault({ kind: 'status', status: 503 }, { when: { page: 3 }, times: 3 });

    await google.failed(await google.sync('/full'), {
      status: 502,
      code: 'google-unavailable',
      says: /503/,
      advises: /next sync/,
    });

    expect(await google.requests()).toHaveLength(PAGES + IMPATIENT.budget);
    await google.nothingIsLost();
  });
});
