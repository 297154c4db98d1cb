import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GooglePeopleSources, NO_QUOTA } from '#google-people';
import { LISTS } from '#sync';

import { startGoogle, type TestGoogle } from '../support/service.js';

describe('A request to Google that was given up before it began', () => {
  let google: TestGoogle;
  beforeAll(async () => {
    google = await startGoogle();
  });
  afterAll(() => google.stop());

  it('is not sent, and fails nobody later', async () => {
    const { url } = google;
    const sources = new GooglePeopleSources(
      {
        clientId: 'client',
        clientSecret: 'secret',
        peopleApiUrl: url,
        authUrl: `${url}/o/oauth2/v2/auth`,
        tokenUrl: `${url}/token`,
        revokeUrl: `${url}/revoke`,
      },
      10,
      NO_QUOTA,
    );
    const grant = { refreshToken: 'demo-refresh-token' };
    const source = sources.open(grant, LISTS.contacts.source);
    const stopped = AbortSignal.abort(new Error('stopped'));

    await expect(sources.whoIs(grant, stopped)).rejects.toThrow('stopped');
    const page = { pageSize: 10, pageToken: null, syncToken: null };
    await expect(source.fetchPage(page, stopped)).rejects.toThrow('stopped');
    await expect(source.lookUp(['people/c1'], stopped)).rejects.toThrow('stopped');

    // One that goes through comes after whatever had begun.
    await sources.whoIs(grant);
    const { items } = (await google.control('GET', '/control/requests')).body as {
      items: { path: string }[];
    };
    expect(items.map(({ path }) => path)).toEqual(['/token', '/v1/people/me']);
  });
});
