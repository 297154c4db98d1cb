import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';

const TOKENS = {
  viewer: 'viewer-token-of-22-characters',
  cron: 'cron-token-of-22-characters-too',
  admin: 'admin-token-of-22-characters-too',
};

type Json = Record<string, unknown>;

/** Given to Google in the order of their names; what is masked must not come in it. */
const NAMES = ['Ada', 'Ben', 'Cleo', 'Dora', 'Emil', 'Fay', 'Gus', 'Hal'];

describe('Without the scope read, contacts', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({
      DELETION_GUARD: 'off',
      API_TOKENS: [
        `viewer:read:${TOKENS.viewer}`,
        `cron:operate:${TOKENS.cron}`,
        `boss:admin:${TOKENS.admin}`,
      ].join(),
    });
    const persons = NAMES.map((givenName) => ({
      names: [{ givenName }],
      biographies: [{ value: `Of ${givenName}` }],
    }));
    const { resourceNames } = (await google('POST', '', persons)) as { resourceNames: string[] };
    await sync();
    await google('PATCH', idOf(resourceNames[0]), { biographies: [{ value: 'Wrote the first program' }] });
    await google('DELETE', idOf(resourceNames[1]));
    await sync();
  });
  afterAll(() => service.stop());

  const call = (method: string, path: string, token: keyof typeof TOKENS, body?: unknown) =>
    service.api(method, path, body, { authorization: `Bearer ${TOKENS[token]}` });
  const google = async (method: string, id: string, body?: unknown): Promise<unknown> =>
    (await service.google.control(method, `/control/persons${id}`, body)).body;
  const idOf = (resourceName = ''): string => resourceName.replace('people', '');
  const sync = async (): Promise<void> => {
    expect((await call('POST', '/api/sync', 'cron')).status).toBe(200);
  };
  const listed = async (token: keyof typeof TOKENS, query = ''): Promise<Json[]> =>
    (await call('GET', `/api/contacts${query}`, token)).body.items as Json[];
  const ada = async (): Promise<Json> => (await listed('viewer', '?q=ada'))[0] ?? {};
  const masked = ({ id, accountId, resourceName, version, deleted, ...rest }: Json): Json => {
    const { deletedAt, deletedReason, updatedAt, syncedAt } = rest;
    const identity = { id, accountId, resourceName, version, deleted, deletedAt, deletedReason };
    return { masked: true, ...identity, updatedAt, syncedAt };
  };

  it.each(['cron', 'admin'] as const)('are listed by id, with nothing that they say (%s)', async (token) => {
    const whole = await listed('viewer', '?includeDeleted=true');
    const shown = await listed(token, '?includeDeleted=true');
    expect(shown).toHaveLength(NAMES.length);
    expect(shown.map(({ id }) => id)).toEqual(whole.map(({ id }) => id).sort());
    expect(shown).toEqual(expect.arrayContaining(whole.map(masked)));
    expect(await listed(token)).toHaveLength(NAMES.length - 1);
  });

  it('are paged by a cursor of their own, which a list by name refuses, and theirs is refused here', async () => {
    const seen: unknown[] = [];
    for (let cursor = ''; ;) {
      const { body } = await call('GET', `/api/contacts?limit=3${cursor}`, 'cron');
      seen.push(...(body.items as Json[]).map(({ id }) => id));
      if (body.nextCursor === null) break;
      cursor = `&cursor=${String(body.nextCursor)}`;
      expect((await call('GET', `/api/contacts?limit=3${cursor}`, 'viewer')).body.code).toBe(
        'invalid-cursor',
      );
    }
    expect(seen).toEqual((await listed('cron')).map(({ id }) => id));
    const { nextCursor } = (await call('GET', '/api/contacts?limit=3', 'viewer')).body;
    const crossed = await call('GET', `/api/contacts?cursor=${String(nextCursor)}`, 'cron');
    expect(crossed.body.code).toBe('invalid-cursor');
  });

  it('are searched by nobody: what is found would tell what they say', async () => {
    for (const answer of [
      await call('GET', '/api/contacts?q=ada', 'cron'),
      await call('GET', '/api/contacts?q=', 'admin'),
      await call('POST', '/api/contacts/search', 'cron', { q: 'ada' }),
      await call('GET', '/api/contacts/lookup?phone=110', 'cron'),
    ]) {
      expect(answer.body).toMatchObject({ status: 403, code: 'scope-missing' });
    }
  });

  it('are asked for one by one, also as they were', async () => {
    const contact = await ada();
    expect((await call('GET', `/api/contacts/${String(contact.id)}`, 'cron')).body).toEqual(masked(contact));
    for (const { id } of await listed('viewer', '?includeDeleted=true')) {
      const { items } = (await call('GET', `/api/contacts/${String(id)}/history`, 'viewer')).body;
      for (const { recordedAt } of items as { recordedAt: string }[]) {
        const path = `/api/contacts/${String(id)}?asOf=${encodeURIComponent(recordedAt)}`;
        const whole = (await call('GET', path, 'viewer')).body as Json;
        expect((await call('GET', path, 'cron')).body).toEqual(masked(whole));
      }
    }
    const early = await call('GET', `/api/contacts/${String(contact.id)}?asOf=2020-01-01T00:00:00Z`, 'cron');
    expect(early.body.code).toBe('contact-not-found');
  });

  it('have a history of which fields changed when and why', async () => {
    for (const { id } of await listed('viewer', '?includeDeleted=true')) {
      const path = `/api/contacts/${String(id)}/history`;
      const whole = (await call('GET', path, 'viewer')).body as { items: Json[]; nextCursor: null };
      const items = whole.items.map(({ before: _, after: __, ...item }) => ({ masked: true, ...item }));
      expect((await call('GET', path, 'cron')).body).toEqual({ items, nextCursor: null });
    }
    const { items } = (await call('GET', `/api/contacts/${String((await ada()).id)}/history`, 'cron')).body;
    expect(items).toMatchObject([{ change: 'created' }, { change: 'updated', changedFields: ['biography'] }]);
  });

  it('have events with their envelope, and data without values', async () => {
    const whole = (await call('GET', '/api/events?limit=1000', 'viewer')).body as { items: Json[] };
    const shown = (await call('GET', '/api/events?limit=1000', 'cron')).body as { items: Json[] };
    expect(shown.items).toEqual(
      whole.items.map(({ dataschema: _, data, ...envelope }) => {
        const { contact: __, before: ___, ...facts } = data as Json;
        return { ...envelope, data: { masked: true, ...facts } };
      }),
    );
    expect(JSON.stringify(shown)).not.toMatch(new RegExp(NAMES.join('|')));
    const deleted = (await call('GET', '/api/events?type=ContactDeleted', 'cron')).body;
    expect(deleted.items).toMatchObject([{ data: { masked: true, reason: 'deleted-in-google' } }]);
  });

  it('are the same bytes as ever with it', async () => {
    const [row] = await sql<{ document: string }>(
      service.database,
      `select document from contacts where document like '%"Ada"%'`,
    );
    const { id } = await ada();
    const answer = await fetch(`${service.url}/api/contacts/${String(id)}`, {
      headers: { authorization: `Bearer ${TOKENS.viewer}` },
    });
    expect(await answer.text()).toBe(row?.document);
  });

  describe('POST /api/contacts/search', () => {
    const search = async (body?: unknown): Promise<Json> =>
      (await call('POST', '/api/contacts/search', 'viewer', body)).body as Json;

    it.each([
      ['', undefined],
      ['?q=ada', { q: 'ada' }],
      ['?includeDeleted=true&limit=3', { includeDeleted: true, limit: 3 }],
      ['?minPosition=1', { minPosition: '1' }],
    ])('answers as GET /api/contacts%s does', async (query, body) => {
      expect(await search(body)).toEqual((await call('GET', `/api/contacts${query}`, 'viewer')).body);
    });

    it('goes on where a page ended', async () => {
      const { items, nextCursor: cursor } = await search({ limit: 5 });
      const rest = (await search({ limit: 5, cursor })).items as Json[];
      expect([...(items as Json[]), ...rest]).toEqual(await listed('viewer'));
    });

    it.each([
      [{ q: 7 }],
      [{ q: 'x'.repeat(201) }],
      [{ limit: 0 }],
      [{ limit: '5' }],
      [{ includeDeleted: 'true' }],
      [{ minPosition: -1 }],
      [{ name: 'ada' }],
      [[]],
    ])('refuses %j', async (body) => {
      expect(await search(body)).toMatchObject({ status: 400, code: 'invalid-request' });
    });
  });

  it('and a history of many changes are paged', async () => {
    const path = `/api/contacts/${String((await ada()).id)}/history`;
    const { items } = (await call('GET', path, 'viewer')).body;
    const first = (await call('GET', `${path}?limit=1`, 'viewer')).body;
    const second = (await call('GET', `${path}?limit=1&cursor=${String(first.nextCursor)}`, 'cron')).body;
    expect([first.items, second.items]).toMatchObject([[items[0]], [{ masked: true, version: 2 }]]);
    expect(second.nextCursor).toBeNull();
    for (const who of ['viewer', 'cron'] as const) {
      const newest = (await call('GET', `${path}?sort=-version&limit=1`, who)).body;
      const rest = (await call('GET', `${path}?sort=-version&cursor=${String(newest.nextCursor)}`, who)).body;
      expect([newest.items, rest.items]).toMatchObject([[{ version: 2 }], [{ version: 1 }]]);
    }
    for (const query of ['?limit=0', '?limit=1001', '?cursor=zzz', '?cursor=WzBd']) {
      expect((await call('GET', `${path}${query}`, 'viewer')).status).toBe(400);
    }
  });
});
