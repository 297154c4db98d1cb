import { describe, expect, it } from '@jest/globals';

import { sql } from '../support/sql.js';
import { changedGoogle } from './changed-google.js';

describe('The parameters of a list', () => {
  const google = changedGoogle();

  it.each(['/full', '/incremental'])('are the same on each of its pages (%s)', async (path) => {
    await google.control('POST', '/control/persons', { count: 20 });

    expect((await google.sync(path)).status).toBe(200);

    const asked = (await google.requests()).map(({ query: { pageToken, ...rest } }) => rest);
    expect(asked.length).toBeGreaterThan(2);
    for (const parameters of asked) expect(parameters).toEqual(asked[0]);
  });

  it('that are not those of the stored sync token make it useless: one full sync', async () => {
    await sql(google.service.database, `update sync_lists set sync_token_request = 'of an older version'`);

    const { body } = await google.sync();

    expect(body.run).toMatchObject({ mode: 'full', fallbackReason: 'request-changed' });
    for (const { query } of await google.requests()) expect(query).not.toHaveProperty('syncToken');
    await google.isGooglesState();
    expect((await google.sync()).body.run).toMatchObject({ mode: 'incremental', fallbackReason: null });
  });
});
