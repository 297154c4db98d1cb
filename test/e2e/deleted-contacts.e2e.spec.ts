import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type Call, callsTo } from '../support/call.js';
import { type TestDatabase } from '../support/database.js';
import { createMigratedDatabase } from '../support/migrated-database.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { startGoogle, startService, type TestGoogle } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

interface Item {
  readonly id: string;
  readonly resourceName: string;
  readonly displayName: string;
  readonly version: number;
}

const SECRET = 'Zebulon Unforgettable';

describe('The details of a contact that was deleted in Google', () => {
  let database: TestDatabase;
  let google: TestGoogle;
  /** Deleted 91 days ago, 89 days ago, and not at all. */
  let old: Item;
  let young: Item;
  let live: Item;

  const during = async <T>(
    work: (api: Call) => Promise<T>,
    variables: Record<string, string> = {},
  ): Promise<T> => {
    const service = await startService({ ...serviceEnvironment(database, google), ...variables });
    try {
      return await work(callsTo(service.url));
    } finally {
      await service.stop();
    }
  };
  const off = { RETENTION_DELETED_CONTACTS: 'off' };
  const list = async (api: Call, query = '') =>
    (await api('GET', `/api/contacts?limit=500${query}`)).body.items as Item[];
  const one = async (api: Call, { id }: Item, query = '') =>
    (await api('GET', `/api/contacts/${id}${query}`)).body as Record<string, unknown>;
  const personOf = ({ resourceName }: Item): string => resourceName.replace('people/', '');
  const age = ({ id }: Item, days: number) =>
    sql(
      database,
      `update events set occurred_at = occurred_at - make_interval(days => $1) where stream_id = $2`,
      [days, id],
    );
  const ofOld = (api: Call) =>
    waitFor(async () => (await one(api, old)).displayName === '', { what: 'the details to go' });
  const traces = async (): Promise<unknown> => {
    const [row] = await sql(
      database,
      `select (select count(*)::int from events where data::text like $1 or metadata::text like $1) as events,
         (select count(*)::int from contacts where contacts::text ilike $1) as rows`,
      [`%${SECRET}%`],
    );
    return row;
  };
  const rows = () => sql(database, 'select * from contacts order by id');
  const verified = async (api: Call) => (await api('POST', '/api/verify')).body as Record<string, unknown>;

  beforeEach(async () => {
    [database, google] = await Promise.all([createMigratedDatabase(), startGoogle({ persons: 3 })]);
    await during(async (api) => {
      await api('POST', '/api/sync');
      const [first, second, third] = await list(api);
      if (first === undefined || second === undefined || third === undefined)
        throw new Error('Too few contacts');
      [old, young, live] = [first, second, third];
      await google.control('PATCH', `/control/persons/${personOf(old)}`, {
        names: [{ givenName: SECRET, displayName: SECRET }],
      });
      await api('POST', '/api/sync');
      for (const contact of [old, young])
        await google.control('DELETE', `/control/persons/${personOf(contact)}`);
      await api('POST', '/api/sync');
    }, off);
    await age(old, 91);
    await age(young, 89);
  });
  afterEach(() => Promise.all([database.drop(), google.stop()]));

  it('go after their time, from the read model and the log; that it was there, and when, stays', async () => {
    await during(async (api) => {
      const before = await one(api, old);
      expect(before).toMatchObject({ displayName: SECRET, deleted: true });
      expect(await traces()).toEqual({ events: 1, rows: 1 });
    }, off);
    await during(async (api) => {
      await ofOld(api);
      expect(await one(api, old)).toMatchObject({
        id: old.id,
        resourceName: old.resourceName,
        version: 3,
        deleted: true,
        deletedReason: 'deleted-in-google',
        displayName: '',
        emailAddresses: [],
        phoneNumbers: [],
      });
      expect(await traces()).toEqual({ events: 0, rows: 0 });
      expect((await list(api, '&includeDeleted=true')).map(({ id }) => id).sort()).toEqual(
        [old, young, live].map(({ id }) => id).sort(),
      );
      expect(await list(api, `&includeDeleted=true&q=zebulon`)).toEqual([]);
    });
  });

  it('stay before their time, and of contacts that are not deleted, or deleted no more', async () => {
    await google.control('POST', `/control/persons/${personOf(young)}/restore`);
    await during((api) => api('POST', '/api/sync'), off);
    await age(young, 400);
    await age(live, 400);
    await during(async (api) => {
      await ofOld(api);
      expect(await one(api, young)).toMatchObject({
        displayName: young.displayName,
        deleted: false,
        version: 3,
      });
      expect(await one(api, live)).toMatchObject({ displayName: live.displayName, deleted: false });
      const { items } = (await api('GET', `/api/contacts/${young.id}/history`)).body;
      expect(items[0]).toMatchObject({ change: 'created', after: { displayName: young.displayName } });
      expect(await verified(api)).toMatchObject({ ok: true });
    });
  });

  it('of one that was deleted 89 days ago stay', async () => {
    await during(async (api) => {
      await ofOld(api);
      expect(await one(api, young)).toMatchObject({ displayName: young.displayName, deleted: true });
    });
  });

  it('can no longer be read from its history, which says so', async () => {
    await during(async (api) => {
      const { items: before } = (await api('GET', `/api/contacts/${old.id}/history`)).body;
      await ofOld(api);
      const { items } = (await api('GET', `/api/contacts/${old.id}/history`)).body;
      const gone = {
        type: 'ContactUpdated',
        changedFields: [],
        before: null,
        after: null,
        detailsRemoved: true,
      };
      expect(items).toEqual([
        { ...gone, version: 1, recordedAt: items[0].recordedAt, runId: before[0].runId },
        { ...gone, version: 2, recordedAt: items[1].recordedAt, runId: before[1].runId },
        { ...before[2], before: null },
      ]);

      const past = await api('GET', `/api/contacts/${old.id}?asOf=${items[1].recordedAt}`);
      expect({ status: past.status, code: past.body.code }).toEqual({ status: 410, code: 'details-removed' });
      expect(past.body.detail).toContain('removed');
      expect(await one(api, old, `?asOf=${new Date().toISOString()}`)).toEqual(await one(api, old));
      const never = await api('GET', `/api/contacts/${old.id}?asOf=2001-01-01T00:00:00Z`);
      expect(never.status).toBe(404);
    });
  });

  it('are not missed by the events, a verification or a rebuild', async () => {
    await during(async (api) => {
      await ofOld(api);
      const { items } = (await api('GET', `/api/events?contactId=${old.id}`)).body;
      expect(items).toMatchObject([{ type: 'ContactDeleted', contactversion: '0000000003' }]);
      expect(await verified(api)).toMatchObject({ ok: true, contacts: 3, rows: 3 });

      const before = await rows();
      await api('POST', '/api/projections/contacts/rebuild');
      const lastRebuild = async () =>
        (await api('GET', '/api/projections')).body.items[0].lastRebuild as {
          state: string;
          differences: object;
        } | null;
      await waitFor(async () => (await lastRebuild())?.state === 'succeeded', { what: 'the rebuild' });
      expect((await lastRebuild())?.differences).toEqual({ count: 0, first: [] });
      expect(await rows()).toEqual(before);
      expect(await verified(api)).toMatchObject({ ok: true });
    });
  });

  it('come back with a contact that comes back in Google, from then on', async () => {
    await during((api) => ofOld(api));
    await google.control('POST', `/control/persons/${personOf(old)}/restore`);
    await during(async (api) => {
      await api('POST', '/api/sync');
      expect(await one(api, old)).toMatchObject({ displayName: SECRET, deleted: false, version: 4 });
      expect(await verified(api)).toMatchObject({ ok: true });
      const { items } = (await api('GET', `/api/contacts/${old.id}/history`)).body;
      expect((items as object[]).at(-1)).toMatchObject({
        change: 'restored',
        after: { displayName: SECRET },
      });

      await google.control('DELETE', `/control/persons/${personOf(old)}`);
      await api('POST', '/api/sync');
    });
    await age(old, 91);
    await during(async (api) => {
      await ofOld(api);
      expect(await one(api, old)).toMatchObject({ deleted: true, version: 5 });
      const { items } = (await api('GET', `/api/contacts/${old.id}/history`)).body;
      const restoredAt = Date.parse(items[3].recordedAt as string);
      const at = (time: number) => one(api, old, `?asOf=${new Date(time).toISOString()}`);
      expect(await at(restoredAt)).toMatchObject({ code: 'details-removed' });
      expect(await at(restoredAt - 1)).toMatchObject({ deleted: true, version: 3 });
      expect(await traces()).toEqual({ events: 0, rows: 0 });
      expect(await verified(api)).toMatchObject({ ok: true });
    });
  });
});
