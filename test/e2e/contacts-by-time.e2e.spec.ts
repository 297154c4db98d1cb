import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startTestService, type TestService } from '../support/service.js';

const TOKENS = { viewer: 'viewer-token-of-22-characters', cron: 'cron-token-of-22-characters-too' };

interface Listed {
  readonly id: string;
  readonly displayName?: string;
  readonly updatedAt: string;
  readonly deleted: boolean;
}

/** Of each two, both changed in the same millisecond. */
const PERSONS = Array.from({ length: 12 }, (_, index) => ({
  names: [{ givenName: `Name ${String((index * 5) % 12).padStart(2, '0')}` }],
  nicknames: index % 3 === 0 ? ['third'] : [],
  metadata: {
    sources: [
      { type: 'CONTACT', id: `s${index}`, updateTime: `2024-0${1 + Math.floor(index / 2)}-07T08:09:10.123Z` },
    ],
  },
}));

describe('Contacts by their last change', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({
      DELETION_GUARD: 'off',
      API_TOKENS: [`viewer:read:${TOKENS.viewer}`, `cron:operate:${TOKENS.cron}`].join(),
    });
    const { body } = await service.google.control('POST', '/control/persons', PERSONS);
    await sync();
    const [first = ''] = body.resourceNames as string[];
    await service.google.control('DELETE', `/control/persons${first.replace('people', '')}`);
    await sync();
  });
  afterAll(() => service.stop());

  const call = (method: string, path: string, token: keyof typeof TOKENS, body?: unknown) =>
    service.api(method, path, body, { authorization: `Bearer ${TOKENS[token]}` });
  const sync = async (): Promise<void> => {
    expect((await call('POST', '/api/sync', 'cron')).status).toBe(200);
  };
  /** All there are, a few a page. */
  const listed = async (
    query: string,
    token: keyof typeof TOKENS = 'viewer',
    limit = 5,
  ): Promise<Listed[]> => {
    const items: Listed[] = [];
    for (let cursor = ''; ;) {
      const { body } = await call('GET', `/api/contacts?limit=${limit}&${query}${cursor}`, token);
      items.push(...(body.items as Listed[]));
      if (body.nextCursor === null) return items;
      cursor = `&cursor=${String(body.nextCursor)}`;
    }
  };
  const byTime = (one: Listed, other: Listed): number =>
    one.updatedAt === other.updatedAt
      ? one.id.localeCompare(other.id)
      : one.updatedAt.localeCompare(other.updatedAt);

  it.each(['viewer', 'cron'] as const)(
    'come latest first, or the other way round, each once (%s)',
    async (token) => {
      const all = await listed('includeDeleted=true', token);
      expect(all).toHaveLength(PERSONS.length);
      const ascending = [...all].sort(byTime);
      // What was deleted changed last.
      expect(ascending.at(-1)?.deleted).toBe(true);
      for (const limit of [1, 2, 5, 500]) {
        expect(await listed('sort=updatedAt&includeDeleted=true', token, limit)).toEqual(ascending);
        expect(await listed('sort=-updatedAt&includeDeleted=true', token, limit)).toEqual(
          ascending.toReversed(),
        );
      }
      expect(await listed('sort=-updatedAt', token)).toEqual(ascending.slice(0, -1).toReversed());
    },
  );

  it('come by name the other way round, too', async () => {
    expect(await listed('sort=-displayName')).toEqual((await listed('sort=displayName')).toReversed());
    expect(await listed('sort=displayName')).toEqual(await listed(''));
  });

  it.each(['q=third', 'q=name'])('are searched in that order: %s', async (q) => {
    const found = await listed(q);
    expect(found.length).toBeGreaterThan(2);
    expect(await listed(`${q}&sort=-updatedAt`, 'viewer', 2)).toEqual([...found].sort(byTime).toReversed());
    expect(await listed(`${q}&sort=-displayName`, 'viewer', 2)).toEqual(found.toReversed());
  });

  it('are asked for in a body, too', async () => {
    const body = { q: 'third', sort: '-updatedAt' };
    expect((await call('POST', '/api/contacts/search', 'viewer', body)).body.items).toEqual(
      await listed('q=third&sort=-updatedAt'),
    );
    expect((await call('POST', '/api/contacts/search', 'viewer', { sort: 'name' })).status).toBe(400);
  });

  it('do not come by name without the scope read: the order would tell of the names', async () => {
    for (const sort of ['displayName', '-displayName']) {
      expect((await call('GET', `/api/contacts?sort=${sort}`, 'cron')).body.code).toBe('scope-missing');
    }
  });

  it('go on by a cursor of that order alone', async () => {
    const { nextCursor } = (await call('GET', '/api/contacts?limit=2', 'viewer')).body;
    for (const token of ['viewer', 'cron'] as const) {
      const answer = await call('GET', `/api/contacts?sort=-updatedAt&cursor=${String(nextCursor)}`, token);
      expect(answer.body.code).toBe('invalid-cursor');
    }
  });
});
