import { describe, expect, it } from '@jest/globals';

import { changedGoogle, PAGES } from './changed-google.js';

describe('A list', () => {
  const google = changedGoogle();

  it.each([1_000, 1, 0, 1e12, 1.5, -1, 'many', null, [], 1e308])(
    'with %p as its total is read all the same: a total deletes nobody and keeps nobody',
    async (total) => {
      await google.fault({ kind: 'wrong-total', totalItems: total }, { times: PAGES });
      const { status, body } = await google.sync('/full');
      expect(status).toBe(200);
      expect(body).toMatchObject({ status: 'success', statistics: { deleted: 1, not_listed: 1 } });
      await google.isGooglesState();
    },
  );
});
