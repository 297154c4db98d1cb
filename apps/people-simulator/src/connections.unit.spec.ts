import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { idOf, SimulatedGoogle } from './spec-support/simulated-google.js';

describe('people.connections.list', () => {
  let google: SimulatedGoogle;
  beforeEach(async () => {
    google = await new SimulatedGoogle().start({ persons: 250, seed: 7 });
  });
  afterEach(() => google.end());

  test('a full list gives every person once, and the sync token on its last page only', async () => {
    const { persons, pages, syncToken } = await google.list({ pageSize: 100 });
    expect(pages.map((page) => page.connections?.length)).toEqual([100, 100, 50]);
    expect(pages.map((page) => Boolean(page.nextSyncToken))).toEqual([false, false, true]);
    expect(pages.map((page) => [page.totalItems, page.totalPeople])).toEqual([
      [250, 250],
      [250, 250],
      [250, 250],
    ]);
    expect(new Set(persons.map((person) => person.resourceName)).size).toBe(250);
    expect(syncToken).toBeTruthy();
  });

  test('without requestSyncToken no page carries a sync token; the page size is 100 by default', async () => {
    const first = await google.page();
    const last = await google.page({ pageSize: 250 });
    expect(first.connections).toHaveLength(100);
    expect([last.nextPageToken, last.nextSyncToken]).toEqual([undefined, undefined]);
  });

  test('an account without persons has no connections key, and a sync token', async () => {
    await google.control('PUT accounts/demo', { persons: 0 });
    const page = await google.page({ requestSyncToken: true });
    expect(page).not.toHaveProperty('connections');
    expect(page.nextSyncToken).toBeTruthy();
    expect(page.totalItems).toBe(0);
  });

  test('an incremental list gives each changed person once, as it is now, and tombstones', async () => {
    const { syncToken } = await google.list();
    const [edited, deleted, both] = (await google.ids(3)) as [string, string, string];
    await google.control(`PATCH persons/${edited}`, { phoneNumbers: [{ value: '+33612345678' }] });
    await google.control(`PATCH persons/${edited}`, { phoneNumbers: ['+33600000000'] });
    await google.control(`DELETE persons/${deleted}`);
    await google.control(`PATCH persons/${both}`, { names: ['Soon Gone'] });
    await google.control(`DELETE persons/${both}`);
    const created = await google.control('POST persons', {
      names: [{ givenName: 'Ada', familyName: 'Lovelace' }],
    });

    const changes = await google.list({ syncToken: syncToken ?? '' });

    const byId = new Map(changes.persons.map((person) => [idOf(person), person]));
    expect(changes.persons).toHaveLength(4);
    expect(byId.get(edited)?.phoneNumbers).toMatchObject([
      { value: '+33600000000', canonicalForm: '+33600000000' },
    ]);
    expect(byId.get(deleted)).toEqual({
      resourceName: `people/${deleted}`,
      etag: expect.any(String),
      metadata: { deleted: true },
    });
    expect(byId.get(both)?.metadata).toEqual({ deleted: true });
    expect(byId.get(idOf(created))?.names).toMatchObject([{ displayName: 'Ada Lovelace' }]);
    expect(changes.pages[0]).not.toHaveProperty('totalItems');

    const nothing = await google.list({ syncToken: changes.syncToken ?? '' });
    expect(nothing.pages).toEqual([{ nextSyncToken: expect.any(String) }]);
  });

  test('tombstones need metadata in the mask, and full lists have none', async () => {
    const personFields = 'names';
    const { syncToken } = await google.list({ personFields });
    const [gone] = (await google.ids(1)) as [string];
    await google.control(`DELETE persons/${gone}`);
    const changes = await google.list({ personFields, syncToken: syncToken ?? '' });
    const full = await google.list();
    expect(changes.persons).toEqual([]);
    expect(full.persons).toHaveLength(249);
    expect(full.persons.filter((person) => person.metadata?.deleted)).toEqual([]);
  });

  test('a list sees one picture: what changes while it is paged comes with the next incremental list', async () => {
    const first = await google.page({ pageSize: 100, requestSyncToken: true });
    const truth = await google.truth();
    const [early, late] = [truth[0], truth[249]].map((person) => idOf(person ?? {})) as [string, string];
    await google.control(`PATCH persons/${early}`, { names: ['Changed Early'] });
    await google.control(`DELETE persons/${late}`);
    await google.control('POST persons', { count: 5 });

    const rest = [first];
    while (rest.at(-1)?.nextPageToken) {
      const pageToken = rest.at(-1)?.nextPageToken ?? '';
      rest.push(await google.page({ pageSize: 100, requestSyncToken: true, pageToken }));
    }

    const shown = rest.flatMap((page) => page.connections ?? []).map(idOf);
    expect(shown).toEqual(truth.map(idOf));
    const changes = await google.list({ pageSize: 100, syncToken: rest.at(-1)?.nextSyncToken ?? '' });
    expect(changes.persons.map(idOf).slice(0, 2)).toEqual([early, late]);
    expect(changes.persons).toHaveLength(7);
  });

  test('an incremental list is paged like a full one', async () => {
    const { syncToken } = await google.list({ pageSize: 10 });
    await google.control('POST persons', { count: 25 });
    const changes = await google.list({ pageSize: 10, syncToken: syncToken ?? '' });
    expect(changes.pages.map((page) => page.connections?.length)).toEqual([10, 10, 5]);
    expect(changes.pages.map((page) => Boolean(page.nextSyncToken))).toEqual([false, false, true]);
  });

  test('a renamed person keeps its source id and names its former names, only with a sync token', async () => {
    const { syncToken } = await google.list();
    const [id] = (await google.ids(1)) as [string];
    const before = await google.control<{ metadata: { sources: { id: string }[] } }>(`GET persons/${id}`);
    await google.control(`POST persons/${id}/rename`, { newResourceName: 'people/c42' });

    const changes = await google.list({ syncToken: syncToken ?? '' });

    expect(changes.persons).toHaveLength(1);
    expect(changes.persons[0]).toMatchObject({
      resourceName: 'people/c42',
      metadata: {
        previousResourceNames: [`people/${id}`],
        sources: [{ id: before.metadata.sources[0]?.id }],
      },
    });
    const full = await google.list();
    const shown = full.persons.find((person) => person.resourceName === 'people/c42');
    expect(shown?.metadata).not.toHaveProperty('previousResourceNames');
  });

  test('a merge leaves the survivor with the names of both, with and without a tombstone', async () => {
    const { syncToken } = await google.list();
    const [a, b, c] = (await google.ids(3)) as [string, string, string];
    await google.control(`POST persons/${a}/merge`, { into: c });
    await google.control(`POST persons/${b}/merge`, { into: `people/${c}`, tombstone: true });

    const changes = await google.list({ syncToken: syncToken ?? '' });

    const byId = new Map(changes.persons.map((person) => [idOf(person), person.metadata]));
    expect([...byId.keys()].sort()).toEqual([b, c].sort());
    expect(byId.get(b)).toMatchObject({ deleted: true });
    expect(byId.get(c)?.previousResourceNames?.sort()).toEqual([`people/${a}`, `people/${b}`].sort());
    expect((await google.list()).persons).toHaveLength(248);
  });

  test('two persons can swap their names in one step', async () => {
    const { syncToken } = await google.list();
    const [a, b] = (await google.ids(2)) as [string, string];
    const names = new Map(
      (await google.truth()).map((person) => [idOf(person), person.metadata?.sources?.[0]?.id]),
    );
    await google.control('POST persons/swap-names', { a, b });
    const { persons } = await google.list({ syncToken: syncToken ?? '' });
    const swapped = new Map(persons.map((person) => [idOf(person), person.metadata]));
    expect(swapped.get(a)?.sources?.[0]?.id).toBe(names.get(b));
    expect(swapped.get(b)?.sources?.[0]?.id).toBe(names.get(a));
    expect(swapped.get(a)?.previousResourceNames).toEqual([`people/${b}`]);
  });

  test('a deleted person can come back under its name', async () => {
    const [id] = (await google.ids(1)) as [string];
    const before = await google.control<{ names: unknown }>(`GET persons/${id}`);
    await google.control(`DELETE persons/${id}`);
    const { syncToken } = await google.list();
    await google.control(`POST persons/${id}/restore`);
    const { persons } = await google.list({ syncToken: syncToken ?? '' });
    expect(persons.map(idOf)).toEqual([id]);
    expect((await google.control<{ names: unknown }>(`GET persons/${id}`)).names).toEqual(before.names);
  });

  test('an edit of nothing changes the etag and the update time only', async () => {
    const [id] = (await google.ids(1)) as [string];
    const before = await google.control(`GET persons/${id}`);
    const after = await google.control(`PATCH persons/${id}`, {});
    expect(after.etag).not.toBe(before.etag);
    const fields = ({ etag: _etag, metadata: _metadata, ...rest }: Record<string, unknown>) => rest;
    expect(fields(after)).toEqual(fields(before));
  });

  test('the mask decides which fields come; the items of a field come in changing order', async () => {
    const [id] = (await google.ids(1)) as [string];
    const values = ['+33611111111', '+33622222222', '+33633333333', '+33644444444'];
    await google.control(`PATCH persons/${id}`, { phoneNumbers: values });
    const orders = new Set<string>();
    for (let call = 0; call < 12; call++) {
      const { connections } = await google.page({ personFields: 'phoneNumbers', pageSize: 250 });
      const person = connections?.find((one) => idOf(one) === id);
      expect(Object.keys(person ?? {})).toEqual(['resourceName', 'etag', 'phoneNumbers']);
      orders.add((person?.phoneNumbers ?? []).map((phone) => phone.value).join());
    }
    expect(orders.size).toBeGreaterThan(1);
    expect([...orders].map((order) => order.split(',').sort())).toEqual([...orders].map(() => values));
  });

  test('profile items come only when profiles are asked for, and at most one item is primary', async () => {
    const sourceTypes = async (sources?: string[]): Promise<Set<string | null | undefined>> => {
      const { persons } = await google.list({
        personFields: 'names,photos,metadata',
        ...(sources && { sources }),
      });
      for (const { names = [] } of persons) {
        expect(names.filter((name) => name.metadata?.primary).length).toBeLessThanOrEqual(1);
      }
      return new Set(persons.flatMap(({ names = [] }) => names.map((name) => name.metadata?.source?.type)));
    };
    expect(await sourceTypes()).toEqual(new Set(['CONTACT', 'PROFILE']));
    expect(await sourceTypes(['READ_SOURCE_TYPE_CONTACT'])).toEqual(new Set(['CONTACT']));
  });

  test('lists can be sorted when no synchronization is asked for', async () => {
    const { persons } = await google.list({
      sortOrder: 'FIRST_NAME_ASCENDING',
      requestSyncToken: false,
      pageSize: 60,
    });
    const given = persons.map(
      (person) => person.names?.find((name) => name.metadata?.primary)?.givenName ?? '',
    );
    expect(given).toEqual([...given].sort());
    expect(persons).toHaveLength(250);
  });
});
