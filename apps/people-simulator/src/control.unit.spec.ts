import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { waitFor } from '../../../test/support/wait-for.js';
import { type LoggedRequest } from './http/request-log.js';
import { idOf, MASK, SimulatedGoogle } from './spec-support/simulated-google.js';

describe('the control API', () => {
  let google: SimulatedGoogle;
  beforeEach(async () => {
    google = await new SimulatedGoogle().start({ persons: 20, seed: 5 });
  });
  afterEach(() => google.end());

  test('accounts come and go, each with persons and a refresh token of its own', async () => {
    await google.control('PUT accounts/second', { persons: 4, email: 'second@example.org' });
    const { items } = await google.control<{ items: Record<string, unknown>[] }>('GET accounts');
    expect(items.map(({ name, persons, refreshToken }) => [name, persons, refreshToken])).toEqual([
      ['demo', 20, 'demo-refresh-token'],
      ['second', 4, 'second-refresh-token'],
    ]);
    const client = google.people(google.oauth('second-refresh-token'));
    expect((await google.list({}, client)).persons).toHaveLength(4);
    await google.control('DELETE accounts/second');
    await expect(google.oauth('second-refresh-token').getAccessToken()).rejects.toThrow(
      /invalid_grant|Bad Request/,
    );
  });

  test('a reset account has its seeded persons again, and its old sync tokens are expired', async () => {
    const { syncToken } = await google.list();
    const before = await google.truth();
    await google.control(`DELETE persons/${idOf(before[0] ?? {})}`);
    await google.control('PUT accounts/demo', { persons: 20 });
    expect((await google.truth()).map(idOf)).toEqual(before.map(idOf));
    await expect(google.page({ syncToken: syncToken ?? '' })).rejects.toThrow(/Sync token is expired/);
  });

  test('the truth is what a full list shows', async () => {
    const { persons } = await google.list({
      sources: ['READ_SOURCE_TYPE_CONTACT', 'READ_SOURCE_TYPE_PROFILE'],
    });
    expect(persons.map(idOf)).toEqual((await google.truth()).map(idOf));
    const page = await google.control<{ items: object[]; total: number }>('GET persons?limit=3&offset=18');
    expect([page.items.length, page.total]).toEqual([2, 20]);
  });

  test('the truth skips deleted persons when it is paged', async () => {
    const all = (await google.truth()).map(idOf);
    for (const at of [0, 3, 4]) await google.control(`DELETE persons/${all[at] ?? ''}`);
    const left = all.filter((_id, at) => ![0, 3, 4].includes(at));
    const ids: string[] = [];
    for (let offset = 0; offset < 20; offset += 2) {
      const { items } = await google.control<{ items: object[] }>(`GET persons?limit=2&offset=${offset}`);
      ids.push(...items.map(idOf));
    }
    expect(ids).toEqual(left);
  });

  test('persons are created one, several or many at once', async () => {
    const one = await google.control('POST persons', {
      resourceName: 'people/c77',
      names: [{ givenName: 'Ada', familyName: 'Lovelace' }],
      phoneNumbers: [{ value: '06 12 34 56 78', type: 'mobile' }, '+33 6 12 34 56 78'],
      organizations: ['Analytical Engines'],
    });
    expect(one).toMatchObject({
      resourceName: 'people/c77',
      names: [{ displayName: 'Ada Lovelace', metadata: { primary: true, source: { type: 'CONTACT' } } }],
      phoneNumbers: [{ formattedType: 'Mobile' }, { canonicalForm: '+33612345678' }],
      organizations: [{ name: 'Analytical Engines' }],
    });
    await google.control('POST persons', [{ names: ['A B'] }, { emailAddresses: ['b@example.org'] }]);
    const { resourceNames } = await google.control<{ resourceNames: string[] }>('POST persons', {
      count: 2_000,
    });
    expect(new Set(resourceNames).size).toBe(2_000);
    expect((await google.list({ pageSize: 1000 })).persons).toHaveLength(2_023);
  });

  test('text survives as it was given: lone surrogates and U+0000 as well', async () => {
    const created = await google.control('POST persons', { names: [{ displayName: 'a\u0000b\ud800c' }] });
    await google.restart();
    const again = await google.control<{ names: { displayName: string }[] }>(`GET persons/${idOf(created)}`);
    expect(again.names[0]?.displayName).toBe('a\u0000b\ud800c');
  });

  test.each([
    ['an unknown field', 'POST persons', { shoeSizes: [44] }, /400.*shoeSizes/s],
    ['a body that is no JSON object', 'POST persons', 'text', /400/],
    ['an unknown fault', 'POST faults', { where: 'connections', fault: { kind: 'flood' } }, /400.*kind/s],
    [
      'a list fault on the token endpoint',
      'POST faults',
      { where: 'token', fault: { kind: 'truncate' } },
      /400/,
    ],
    [
      'a page of the token endpoint',
      'POST faults',
      { where: 'token', when: { page: 1 }, fault: { kind: 'hang' } },
      /400/,
    ],
    ['churn without a rate', 'POST churn', {}, /400.*everyMs or perSecond/s],
    ['an expiry of another status', 'POST sync-tokens/expire', { status: 404 }, /400/],
    ['a million and one persons', 'PUT accounts/demo', { persons: 1_000_001 }, /400/],
    ['an unknown account', 'GET persons?account=nobody', undefined, /404.*nobody/s],
    ['an unknown person', 'GET persons/c1', undefined, /404.*people\/c1/s],
    ['an unknown call', 'GET shoes', undefined, /404/],
    ['a wrong method', 'POST counters', {}, /405.*GET/s],
  ])('refuses %s', async (_what, call, body, message) => {
    await expect(google.control(call, body)).rejects.toThrow(message);
  });

  test('a name is given to one person only', async () => {
    const [a, b] = (await google.ids(2)) as [string, string];
    const rename = google.control(`POST persons/${a}/rename`, { newResourceName: `people/${b}` });
    await expect(rename).rejects.toThrow(/409/);
    await expect(google.control('POST persons', { resourceName: `people/${b}` })).rejects.toThrow(/409/);
    await google.control(`DELETE persons/${b}`);
    await google.control('POST persons', { resourceName: `people/${b}` });
    await expect(google.control(`POST persons/${b}/restore`)).rejects.toThrow(/409/);
  });

  test('the requests are kept, with what tests ask about', async () => {
    await google.page({ pageSize: 7 });
    const { items } = await google.control<{ items: LoggedRequest[] }>('GET requests?account=demo');
    expect(items.map(({ path }) => path)).toEqual(['/token', '/v1/people/me/connections']);
    expect(items[1]).toMatchObject({
      method: 'GET',
      query: { personFields: MASK, pageSize: '7' },
      account: 'demo',
      page: 1,
      pageSize: 7,
      persons: 7,
      status: 200,
    });
    await google.control('DELETE requests');
    expect(await google.control('GET requests')).toEqual({ items: [] });
    const { byPath } = await google.control<{ byPath: Record<string, number> }>('GET counters');
    expect(byPath).toEqual({ '/token': 1, '/v1/people/me/connections': 1 });
  });

  test('many changes can be made at once, of different persons', async () => {
    await google.control('PUT accounts/demo', { persons: 1_000 });
    const { syncToken } = await google.list({ pageSize: 1000 });
    const counts = await google.control('POST persons/change', { edits: 500, creates: 30, deletes: 40 });
    expect(counts).toEqual({ edit: 500, create: 30, delete: 40 });
    const { persons } = await google.list({ pageSize: 1000, syncToken: syncToken ?? '' });
    expect(persons).toHaveLength(570);
    expect(persons.filter((person) => person.metadata?.deleted)).toHaveLength(40);
  });

  test('churn changes persons all the time, and every change is in the incremental list', async () => {
    const { syncToken } = await google.list();
    await google.control('POST churn', { everyMs: 1 });
    interface State {
      churn: { counts: Record<string, number> } | null;
    }
    const busy = async (): Promise<boolean> => {
      const { churn } = await google.control<State>('GET churn');
      return Object.values(churn?.counts ?? {}).every((count) => count >= 3);
    };
    await waitFor(busy, { what: 'three changes of each kind' });
    await google.control('DELETE churn');
    expect(await google.control('GET churn')).toEqual({ churn: null });

    const known = new Map((await google.list()).persons.map((person) => [idOf(person), person.etag]));
    const { persons } = await google.list({ syncToken: syncToken ?? '' });
    for (const person of persons) {
      if (person.metadata?.deleted) expect(known.has(idOf(person))).toBe(false);
      else expect(known.get(idOf(person))).toBe(person.etag);
    }
    expect(persons.length).toBeGreaterThan(3);
  });
});
