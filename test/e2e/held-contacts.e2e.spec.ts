import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';

const TOKENS = { viewer: 'viewer-token-of-22-characters', cron: 'cron-token-of-22-characters-too' };

/** A page, a summary or a problem. */
interface Held {
  readonly items: Record<string, unknown>[];
  readonly nextCursor: string | null;
  readonly code: string;
}

const DAY_MS = 86_400_000;
const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();
const person = (name: string, days: number, { company = null as string | null, labels = ['old'] } = {}) => ({
  names: [{ displayName: name, givenName: name }],
  ...(company === null ? {} : { organizations: [{ name: company }] }),
  memberships: labels.map((label) => ({
    contactGroupMembership: { contactGroupResourceName: `contactGroups/${label}` },
  })),
  metadata: { sources: [{ type: 'CONTACT', id: `s ${name}`, updateTime: daysAgo(days) }] },
});

describe('The contacts whose deletion a run holds', () => {
  let service: TestService;
  let run: string;
  const names = new Map<string, string>();
  beforeAll(async () => {
    service = await startTestService({
      DELETION_GUARD: '0%,0',
      API_TOKENS: [`viewer:read+operate:${TOKENS.viewer}`, `cron:operate:${TOKENS.cron}`].join(),
    });
    const persons = [
      person('Zoë', 10, { labels: ['old', 'new'] }),
      person('Ada', 900, { company: 'Engines' }),
      person('ben', 400),
      person('Cleo', 31, { labels: [] }),
      person('Stays', 1, { labels: ['new'] }),
    ];
    const { body } = await service.google.control('POST', '/control/persons', persons);
    (body.resourceNames as string[]).forEach((name, index) => {
      names.set(persons[index]?.names[0]?.displayName ?? '', name);
    });
    await sync('');
    for (const name of ['Zoë', 'Ada', 'ben', 'Cleo']) await google('DELETE', name);
    run = (await sync('/full')).run.id;
  });
  afterAll(() => service.stop());

  const google = (method: string, name: string, path = '') =>
    service.google.control(method, `/control/persons${names.get(name)?.replace('people', '') ?? ''}${path}`);
  const sync = async (path: string) => {
    const { status, body } = await call('POST', `/api/sync${path}`, 'cron');
    expect(status).toBe(200);
    return body as { run: { id: string } };
  };
  const call = (method: string, path: string, who: 'viewer' | 'cron', body?: object) =>
    service.api(method, path, body, { authorization: `Bearer ${TOKENS[who]}` });
  const held = async (who: 'viewer' | 'cron', query = '', path = '') =>
    (await call('GET', `/api/sync/runs/${run}/held-deletions${path}${query}`, who)).body as Held;
  const shown = async (query: string): Promise<unknown[]> =>
    (await held('viewer', query)).items.map(({ displayName }) => displayName);

  it('are shown by name, with what tells whether somebody meant to delete them', async () => {
    const { items, nextCursor } = await held('viewer');
    expect(items).toMatchObject([
      { displayName: 'Ada', organization: 'Engines', groups: ['contactGroups/old'] },
      { displayName: 'ben', organization: null, groups: ['contactGroups/old'] },
      { displayName: 'Cleo', groups: [] },
      { displayName: 'Zoë', groups: ['contactGroups/new', 'contactGroups/old'] },
    ]);
    expect(nextCursor).toBeNull();
    for (const { contactId, displayName, resourceName, updatedAt } of items) {
      expect(resourceName).toBe(names.get(displayName as string));
      const contact = (await call('GET', `/api/contacts/${String(contactId)}`, 'viewer')).body;
      expect(contact).toMatchObject({ displayName, resourceName, updatedAt });
    }
  });

  it('are paged, and searched by their texts', async () => {
    const first = await held('viewer', '?limit=3');
    expect(first.items).toHaveLength(3);
    expect(await shown(`?limit=3&cursor=${String(first.nextCursor)}`)).toEqual(['Zoë']);
    expect(await shown('?q=engine')).toEqual(['Ada']);
    expect(await shown('?q=zoe')).toEqual(['Zoë']);
    expect(await shown('?q=stays')).toEqual([]);
  });

  it('are searched in a body too, so that no name stands in an address', async () => {
    const search = async (body?: object) =>
      (await call('POST', `/api/sync/runs/${run}/held-deletions/search`, 'viewer', body)).body as Held;
    expect(await search()).toEqual(await held('viewer'));
    expect((await search({ q: 'engine' })).items).toEqual((await held('viewer', '?q=engine')).items);
    const first = await search({ limit: 3 });
    expect(first.items).toHaveLength(3);
    expect((await search({ limit: 3, cursor: first.nextCursor })).items).toMatchObject([
      { displayName: 'Zoë' },
    ]);
    expect((await search({ limit: '3' })).code).toBe('invalid-request');
    const masked = await call('POST', `/api/sync/runs/${run}/held-deletions/search`, 'cron', { q: 'ada' });
    expect([masked.status, masked.body.code]).toEqual([403, 'scope-missing']);
  });

  it('are counted by label, and by when they were changed last', async () => {
    expect(await held('viewer', '', '/summary')).toEqual({
      total: 4,
      groups: [
        { group: 'contactGroups/old', count: 3 },
        { group: 'contactGroups/new', count: 1 },
      ],
      unchangedForTwoYears: 1,
      changedInLast30Days: 1,
    });
  });

  it('come masked without the scope read: by id, with times alone', async () => {
    const whole = (await held('viewer')).items;
    const masked = whole.map(({ contactId, resourceName, updatedAt }) => ({
      masked: true,
      contactId,
      resourceName,
      updatedAt,
    }));
    const { items, nextCursor } = await held('cron', '?limit=3');
    const rest = await held('cron', `?limit=3&cursor=${String(nextCursor)}`);
    expect([...items, ...rest.items]).toEqual(
      masked.sort((one, other) => String(one.contactId).localeCompare(String(other.contactId))),
    );
    expect(await held('cron', '', '/summary')).toEqual({
      masked: true,
      total: 4,
      unchangedForTwoYears: 1,
      changedInLast30Days: 1,
    });
    expect((await held('cron', '?q=ada')).code).toBe('scope-missing');
    const byName = String((await held('viewer', '?limit=1')).nextCursor);
    expect((await held('cron', `?cursor=${byName}`)).code).toBe('invalid-cursor');
  });

  it('are all there where the read model does not have them yet, and fewer once they are seen again', async () => {
    await sql(service.database, `delete from contacts where display_name = 'ben'`);
    expect(await shown('')).toEqual([null, 'Ada', 'Cleo', 'Zoë']);
    expect((await held('viewer')).items[0]).toMatchObject({
      resourceName: names.get('ben'),
      organization: null,
      groups: [],
      updatedAt: null,
    });
    expect(await held('viewer', '', '/summary')).toMatchObject({ total: 4 });
    await google('POST', 'Zoë', '/restore');
    await google('PATCH', 'Zoë');
    await sync('/incremental');

    expect(await shown('')).toEqual([null, 'Ada', 'Cleo']);
    expect(await held('viewer', '', '/summary')).toMatchObject({ total: 3, changedInLast30Days: 0 });
  });

  it('are none of a run that holds none, and not found of one that is not there', async () => {
    const other = (await sync('/incremental')).run.id;
    const nothing = (await call('GET', `/api/sync/runs/${other}/held-deletions/summary`, 'viewer')).body;
    expect(nothing).toEqual({ total: 0, groups: [], unchangedForTwoYears: 0, changedInLast30Days: 0 });
    const unknown = '/api/sync/runs/00000000-0000-4000-8000-000000000000/held-deletions/summary';
    expect((await call('GET', unknown, 'viewer')).body.code).toBe('run-not-found');
  });
});
