import { describe, expect, it } from '@jest/globals';

import { changedGoogle } from './changed-google.js';

describe('A sign-in', () => {
  const google = changedGoogle();

  it('that Google revoked stops everything until the person signs in', async () => {
    const before = await google.token();
    await google.control('POST', '/control/refresh-tokens/revoke');
    await google.control('POST', '/control/access-tokens/expire');

    const refused = await google.sync();

    expect(refused.status).toBe(401);
    expect(refused.body.detail).toMatch(/no longer accepts this sign-in.*\/api\/auth\/google/);
    expect(await google.account()).toMatchObject({
      state: 'needs-reauth',
      lastError: { code: 'not-authenticated' },
    });
    const metrics = await (await fetch(`${google.service.url}/metrics`)).text();
    expect(metrics).toContain('contactstream_accounts{state="needs-reauth"} 1');
    await google.control('DELETE', '/control/requests');
    for (const path of ['', '/full', '/incremental', '?dryRun=true', '/full?dryRun=true']) {
      expect((await google.sync(path)).status).toBe(401);
    }
    expect(await google.requests()).toEqual([]);
    expect(await google.requests('/token')).toEqual([]);
    expect(await google.token()).toEqual(before);
    await google.control('POST', '/control/refresh-tokens/restore');
    await google.signInAgain();
    // It goes on where it was, as long as its sync token lives.
    await google.sync('?dryRun=true');
    expect((await google.requests())[0]?.query).toHaveProperty('syncToken');
    await google.nothingIsLost();
  });

  it('that a dry run finds revoked stops everything too', async () => {
    await google.control('POST', '/control/refresh-tokens/revoke');
    await google.control('POST', '/control/access-tokens/expire');

    expect((await google.sync('?dryRun=true')).status).toBe(401);

    expect((await google.account()).state).toBe('needs-reauth');
    await google.control('POST', '/control/refresh-tokens/restore');
    await google.signInAgain();
    await google.nothingIsLost();
  });
});
