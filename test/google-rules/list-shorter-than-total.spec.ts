import { describe, expect, it } from '@jest/globals';

import { changedGoogle, CONTACTS, PAGES } from './changed-google.js';

describe('A list', () => {
  const google = changedGoogle();

  it('that is shorter than Google’s total deletes nobody until a person agrees', async () => {
    await google.fault({ kind: 'wrong-total', totalItems: 2 * CONTACTS }, { times: PAGES });

    const { body } = await google.sync('/full');

    expect(body).toMatchObject({
      status: 'held',
      run: { heldDeletions: 1, holdReason: 'list-short' },
      statistics: { created: 1, updated: 2, deleted: 0 },
    });
    await google.service.api('POST', `/api/sync/runs/${body.run.id as string}/held-deletions/approve`);
    await google.isGooglesState();
  });

  it.each([1e12, 1.5, -1, 'many', null, [], 1e308])(
    'with %p as its total is read all the same',
    async (total) => {
      await google.fault({ kind: 'wrong-total', totalItems: total }, { times: PAGES });
      const { status, body } = await google.sync('/full');
      expect(status).toBe(200);
      // The one that is gone is held where the list claims to be much longer than what came.
      if (body.status === 'held') {
        await google.service.api('POST', `/api/sync/runs/${body.run.id as string}/held-deletions/approve`);
      }
      await google.isGooglesState();
    },
  );
});
