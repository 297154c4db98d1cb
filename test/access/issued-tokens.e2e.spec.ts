import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type Call, callsTo } from '../support/call.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { type RunningService, startService, startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';
import { bearer, MASTER } from './access-tokens.js';

const READER = 'reader-of-a-test-0123456789';

const namesOf = ({ items }: { items: { name: string }[] }): string[] => items.map(({ name }) => name);

describe('Tokens that are issued', () => {
  let service: TestService;
  /** Another process on the same database. */
  let other: RunningService;
  let calls: readonly Call[];
  let accountId: string;
  const API_TOKENS = `${MASTER},reader:read+admin:${READER}`;
  beforeAll(async () => {
    service = await startTestService({ API_TOKENS });
    const { database, google } = service;
    other = await startService({ ...serviceEnvironment(database, google), API_TOKENS, ROLES: 'api' });
    calls = [service.api, callsTo(other.url)];
    const accounts = await service.api('GET', '/api/accounts', undefined, bearer(MASTER));
    accountId = accounts.body.items[0].id as string;
  });
  afterAll(async () => {
    await other.stop();
    await service.stop();
  });

  const issue = (draft: object, by = MASTER) => service.api('POST', '/api/tokens', draft, bearer(by));
  const issued = async (draft: object): Promise<{ id: string; token: string }> => {
    const { status, body } = await issue(draft);
    expect([status, body.code]).toEqual([201, undefined]);
    return body as { id: string; token: string };
  };
  const statusesWith = (token: string, path = '/api/contacts') =>
    Promise.all(calls.map(async (call) => (await call('GET', path, undefined, bearer(token))).status));

  it('is shown once, counts in every process, and is revoked in all of them with the answer', async () => {
    const { status, body } = await issue({ name: 'crm', scopes: ['read'], expiresIn: '30d' });
    expect(status).toBe(201);
    expect(body).toEqual({
      token: expect.stringMatching(/^cst_[\w-]{48}$/),
      id: expect.any(String),
      name: 'crm',
      scopes: ['read'],
      accountId: null,
      createdAt: expect.any(String),
      createdBy: 'token 1',
      expiresAt: expect.any(String),
      lastUsedAt: null,
    });
    const livesMs = Date.parse(body.expiresAt as string) - Date.parse(body.createdAt as string);
    expect(Math.abs(livesMs - 30 * 86_400_000)).toBeLessThan(1_000);
    const { token, ...shown } = body;
    expect(await statusesWith(token)).toEqual([200, 200]);

    const { body: list } = await service.api('GET', '/api/tokens', undefined, bearer(MASTER));
    expect(list.items).toEqual([{ ...shown, lastUsedAt: expect.any(String) }]);

    expect((await service.api('DELETE', `/api/tokens/${shown.id}`, undefined, bearer(MASTER))).status).toBe(
      204,
    );
    expect(await statusesWith(token)).toEqual([401, 401]);
    const again = await service.api('DELETE', `/api/tokens/${shown.id}`, undefined, bearer(MASTER));
    expect([again.status, again.body.code]).toEqual([404, 'token-not-found']);
  });

  it('leaves nothing in the database that could be sent', async () => {
    const { token } = await issued({ name: 'kept', scopes: ['read'] });
    const rows = JSON.stringify(await sql(service.database, 'select * from api_tokens'));
    expect(rows).not.toContain(token);
    expect(rows).not.toContain(token.slice(4, 30));
  });

  it('ends by itself', async () => {
    const { token } = await issued({ name: 'short', scopes: ['read'] });
    expect(await statusesWith(token)).toEqual([200, 200]);
    await sql(service.database, `update api_tokens set expires_at = now() where name = 'short'`);
    expect(await statusesWith(token)).toEqual([401, 401]);
    // Its name is free again.
    await issued({ name: 'short', scopes: ['read'] });
  });

  it('says when it was used, once a minute at most', async () => {
    const { token, id } = await issued({ name: 'used', scopes: ['read'] });
    const lastUse = async () => {
      await statusesWith(token);
      const query = `select last_used_at::text as at from api_tokens where id = '${id}'`;
      return (await sql<{ at: string }>(service.database, query))[0]?.at;
    };
    const first = await lastUse();
    expect(first).toEqual(expect.any(String));
    expect(await lastUse()).toBe(first);
    await sql(
      service.database,
      `update api_tokens set last_used_at = now() - interval '61 s' where id = '${id}'`,
    );
    expect(Date.parse((await lastUse()) ?? '')).toBeGreaterThanOrEqual(Date.parse(first ?? ''));
  });

  it('may do no more than whoever issues it', async () => {
    const more = await issue({ name: 'more', scopes: ['read', 'operate'] }, READER);
    expect([more.status, more.body.code]).toEqual([403, 'scope-missing']);
    const { token: bound } = await issued({ name: 'bound', scopes: ['admin', 'read'], accountId });

    const [child, ofOthers] = [
      await issue({ name: 'child', scopes: ['read'] }, bound),
      await issue(
        { name: 'of-others', scopes: ['read'], accountId: '7a5c0c8e-3d7b-4c53-8d1c-1d2b6a7e9f00' },
        bound,
      ),
    ];
    expect(child.body).toMatchObject({ accountId, createdBy: 'bound' });
    expect([ofOthers.status, ofOthers.body.code]).toEqual([404, 'account-not-found']);
    const { body } = await service.api('GET', '/api/tokens', undefined, bearer(bound));
    expect(namesOf(body)).toEqual(['child', 'bound']);
    const { id: foreign } = await issued({ name: 'foreign', scopes: ['read'] });
    const revoked = await service.api('DELETE', `/api/tokens/${foreign}`, undefined, bearer(bound));
    expect([revoked.status, revoked.body.code]).toEqual([404, 'token-not-found']);
  });

  const AHEAD = new Date(Date.now() + 86_400_000).toISOString();
  it.each([
    ['a name that a live one has', { name: 'taken', scopes: ['read'] }, 409, 'token-name-taken'],
    ['a name of API_TOKENS', { name: 'reader', scopes: ['read'] }, 409, 'token-name-taken'],
    ['a name of a bare one of them', { name: 'token 1', scopes: ['read'] }, 409, 'token-name-taken'],
    ['no name', { name: '', scopes: ['read'] }, 400, 'invalid-request'],
    ['a name with a line break', { name: 'a\nb', scopes: ['read'] }, 400, 'invalid-request'],
    ['no scope', { name: 'a', scopes: [] }, 400, 'invalid-request'],
    ['an unknown scope', { name: 'a', scopes: ['write'] }, 400, 'invalid-request'],
    [
      'an account that is not there',
      { name: 'a', scopes: ['read'], accountId: '7a5c0c8e-3d7b-4c53-8d1c-1d2b6a7e9f00' },
      404,
      'account-not-found',
    ],
    [
      'an end that is over',
      { name: 'a', scopes: ['read'], expiresAt: '2020-01-01T00:00:00Z' },
      400,
      'invalid-request',
    ],
    ['an end that is too far', { name: 'a', scopes: ['read'], expiresIn: '366d' }, 400, 'invalid-request'],
    ['two ends', { name: 'a', scopes: ['read'], expiresIn: '1d', expiresAt: AHEAD }, 400, 'invalid-request'],
    ['a token of its own choice', { name: 'a', scopes: ['read'], token: 'x' }, 400, 'invalid-request'],
  ])('are refused with %s', async (_, draft, status, code) => {
    await issue({ name: 'taken', scopes: ['read'] });
    const refused = await issue(draft);
    expect([refused.status, refused.body.code]).toEqual([status, code]);
  });

  it('are listed in pages', async () => {
    const names: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await service.api('GET', `/api/tokens?limit=2${query}`, undefined, bearer(MASTER));
      names.push(...namesOf(body));
      cursor = body.nextCursor as string | null;
    }
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(['kept', 'used', 'bound']));
  });

  it('go with the account that they are bound to', async () => {
    const { token } = await issued({ name: 'of-the-account', scopes: ['read'], accountId });
    expect(await statusesWith(token)).toEqual([200, 200]);
    const erased = await service.api(
      'DELETE',
      `/api/accounts/${accountId}?erase=true`,
      undefined,
      bearer(MASTER),
    );
    expect(erased.status).toBe(204);
    expect(await statusesWith(token)).toEqual([401, 401]);
  });
});
