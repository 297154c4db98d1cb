import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { waitFor } from '../../../test/support/wait-for.js';
import { MASK, refusalOf, SimulatedGoogle } from './spec-support/simulated-google.js';

describe('people.connections.list', () => {
  let google: SimulatedGoogle;
  beforeEach(async () => {
    google = await new SimulatedGoogle().start({ persons: 250, seed: 7 });
  });
  afterEach(() => google.end());

  describe('refuses', () => {
    test.each([
      ['no mask', { personFields: '' }, 'personFields mask is required'],
      ['an unknown field', { personFields: 'names,shoeSize' }, 'Invalid personFields mask path: "shoeSize"'],
      ['a page of 1001', { pageSize: 1001 }, 'Page size must be between 1 and 1000'],
      ['a page of -1', { pageSize: -1 }, 'Page size must be between 1 and 1000'],
      ['an unknown source', { sources: ['READ_SOURCE_TYPE_MARS'] }, "Invalid value at 'sources'"],
      ['an unknown order', { sortOrder: 'BY_SHOE_SIZE' }, "Invalid value at 'sort_order'"],
      [
        'an order with a sync',
        { sortOrder: 'LAST_NAME_ASCENDING', requestSyncToken: true },
        'Sort order is not',
      ],
      ['a foreign page token', { pageToken: 'made-up' }, 'Page token is invalid'],
      ['a malformed sync token', { syncToken: 'made-up' }, 'Sync token is invalid'],
      ['an unknown parameter', { shoeSize: 44 }, 'Unknown name "shoeSize"'],
    ] as [string, object, string][])('%s', async (_what, parameters, message) => {
      const { status, error } = await refusalOf(google.page(parameters));
      expect(status).toBe(400);
      expect(error.status).toBe('INVALID_ARGUMENT');
      expect(error.message).toContain(message);
    });

    test.each([
      ['page size', { pageSize: 60 }],
      ['mask', { personFields: 'names' }],
      ['sources', { sources: ['READ_SOURCE_TYPE_CONTACT'] }],
      ['requestSyncToken', { requestSyncToken: false }],
    ])('a %s that drifts between pages', async (_what, drift) => {
      const first = { pageSize: 50, requestSyncToken: true };
      const { nextPageToken } = await google.page(first);
      const pageToken = nextPageToken ?? '';
      expect((await refusalOf(google.page({ ...first, pageToken, ...drift }))).status).toBe(400);
      expect((await google.page({ ...first, pageToken })).connections).toHaveLength(50);
    });

    test('a sync token that is dropped on the second page of an incremental list', async () => {
      const { syncToken } = await google.list({ pageSize: 10 });
      await google.control('POST persons', { count: 15 });
      const { nextPageToken } = await google.page({ pageSize: 10, syncToken: syncToken ?? '' });
      const dropped = google.page({ pageSize: 10, pageToken: nextPageToken ?? '' });
      expect((await refusalOf(dropped)).status).toBe(400);
    });

    test.each([
      ['mask', { personFields: 'names,metadata' }],
      ['sources', { sources: ['READ_SOURCE_TYPE_CONTACT'] }],
      ['page size', { pageSize: 500 }],
    ])('a sync token with another %s than it was made with', async (_what, drift) => {
      const { syncToken } = await google.list();
      const { status, error } = await refusalOf(google.page({ syncToken: syncToken ?? '', ...drift }));
      expect([status, error.status]).toEqual([400, 'INVALID_ARGUMENT']);
    });

    test('a mask in another order is the same mask', async () => {
      const { syncToken } = await google.list();
      const personFields = MASK.split(',').reverse().join(',');
      const again = await google.page({ syncToken: syncToken ?? '', personFields });
      expect(again.nextSyncToken).toBeTruthy();
    });

    test('page tokens that were refused from outside', async () => {
      const { nextPageToken } = await google.page({ pageSize: 50 });
      await google.control('POST page-tokens/refuse');
      expect((await refusalOf(google.page({ pageSize: 50, pageToken: nextPageToken ?? '' }))).status).toBe(
        400,
      );
    });

    test('people other than people/me, and unknown paths, in Google’s shape', async () => {
      expect((await refusalOf(google.page({ resourceName: 'people/c1' }))).status).toBe(400);
      const response = await fetch(`${google.simulator.url}/v1/nowhere`);
      expect([response.status, await response.json()]).toMatchObject([
        404,
        { error: { code: 404, status: 'NOT_FOUND' } },
      ]);
    });
  });

  describe('an expired sync token', () => {
    test('is HTTP 400 with reason EXPIRED_SYNC_TOKEN', async () => {
      const { syncToken } = await google.list();
      await google.control('POST sync-tokens/expire', { status: 400 });
      const { status, error } = await refusalOf(google.page({ syncToken: syncToken ?? '' }));
      expect(status).toBe(400);
      expect(error).toMatchObject({ status: 'FAILED_PRECONDITION', reason: 'EXPIRED_SYNC_TOKEN' });
      expect(error.message).toMatch(/^Sync token is expired\./);
    });

    test('or HTTP 410', async () => {
      const { syncToken } = await google.list();
      await google.control('POST sync-tokens/expire', { status: 410 });
      const { status, error } = await refusalOf(google.page({ syncToken: syncToken ?? '' }));
      expect(status).toBe(410);
      expect(error.message).toMatch(/^Sync token is expired\./);
      const fresh = await google.list();
      expect((await google.page({ syncToken: fresh.syncToken ?? '' })).nextSyncToken).toBeTruthy();
    });
  });
});

test('a sync token lives as long as it is told to', async () => {
  const google = await new SimulatedGoogle().start({ persons: 3, syncTokenLifetimeSeconds: 0 });
  const { syncToken } = await google.list();
  const expired = async (): Promise<boolean> => {
    const { error } = await refusalOf(google.page({ syncToken: syncToken ?? '' }));
    return error.reason === 'EXPIRED_SYNC_TOKEN';
  };
  await waitFor(expired, { what: 'the token to expire' });
  await google.end();
});
