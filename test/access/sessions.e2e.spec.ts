import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type Answer, callsTo } from '../support/call.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { startService, startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';
import { bearer, MASTER } from './access-tokens.js';

const READER = 'reader-of-a-test-0123456789';

/** What the browser sends back of an answer. */
const cookieOf = ({ headers }: Answer): string =>
  headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');

describe('The session of a browser', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ API_TOKENS: `${MASTER},reader:read:${READER}` });
  });
  afterAll(() => service.stop());

  const open = (token: string | undefined) => service.api('POST', '/api/session', { token });
  const opened = async (token: string) => {
    const answer = await open(token);
    expect(answer.status).toBe(200);
    return { cookie: cookieOf(answer), csrf: answer.body.csrfToken as string, body: answer.body };
  };
  const statusWith = async (cookie: string, path = '/api/session') =>
    (await service.api('GET', path, undefined, { cookie })).status;

  it('is exchanged for a token, and tells who one is', async () => {
    const answer = await open(READER);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.body).toEqual({
      csrfToken: expect.stringMatching(/^[\w-]{43}$/),
      name: 'reader',
      scopes: ['read'],
      accountId: null,
      expiresAt: expect.any(String),
    });
    const livesMs = Date.parse(answer.body.expiresAt as string) - Date.now();
    expect(livesMs).toBeGreaterThan(11.9 * 3_600_000);
    expect(livesMs).toBeLessThanOrEqual(12 * 3_600_000);

    const again = await service.api('GET', '/api/session', undefined, { cookie: cookieOf(answer) });
    expect([again.status, again.body]).toEqual([200, answer.body]);
    expect(await statusWith(cookieOf(answer), '/api/contacts')).toBe(200);
    expect(await statusWith(cookieOf(answer), '/api/sync/status')).toBe(403);
  });

  it('has a cookie that no script reads, no other site sends, and that ends with it', async () => {
    const [line = ''] = (await open(READER)).headers.getSetCookie();
    expect(line).toMatch(
      /^contactstream-session=[\w-]{43}; Path=\/; Expires=[^;]+GMT; HttpOnly; SameSite=Strict$/,
    );
  });

  it('is of this host alone, over TLS, where PUBLIC_URL is https', async () => {
    const { database, google } = service;
    const environment = { ...serviceEnvironment(database, google), ROLES: 'api', API_TOKENS: MASTER };
    const secure = await startService({ ...environment, PUBLIC_URL: 'https://contacts.example' });
    try {
      const answer = await callsTo(secure.url)('POST', '/api/session', { token: MASTER });
      const [line = ''] = answer.headers.getSetCookie();
      expect(line).toMatch(
        /^__Host-contactstream-session=[\w-]{43}; Path=\/; .*HttpOnly; Secure; SameSite=Strict$/,
      );
      const known = await callsTo(secure.url)('GET', '/api/session', undefined, { cookie: cookieOf(answer) });
      expect(known.body.name).toBe('token 1');
    } finally {
      await secure.stop();
    }
  });

  it.each(['', undefined, 'wrong', `Bearer ${MASTER}`, `${MASTER} `])(
    'is not opened by %j',
    async (token) => {
      const { status, body, headers } = await open(token);
      expect([
        [401, 'invalid-api-token'],
        [400, 'invalid-request'],
      ]).toContainEqual([status, body.code]);
      expect(headers.getSetCookie()).toEqual([]);
    },
  );

  it('changes something only with its CSRF token, and not with that of another one', async () => {
    const [one, other] = [await opened(MASTER), await opened(MASTER)];
    const sync = async (headers: Record<string, string>) => {
      const { status, body } = await service.api('POST', '/api/sync', undefined, headers);
      return [status, (body.code ?? null) as unknown];
    };
    for (const csrf of [undefined, '', other.csrf, one.csrf.slice(1)]) {
      const headers = { cookie: one.cookie, ...(csrf === undefined ? {} : { 'x-csrf-token': csrf }) };
      expect(await sync(headers)).toEqual([403, 'csrf-token-missing']);
    }
    expect(await sync({ cookie: one.cookie, 'x-csrf-token': one.csrf })).toEqual([200, null]);
    expect(await sync({ cookie: one.cookie, ...bearer(MASTER) })).toEqual([200, null]);
  });

  it('ends when it is told to', async () => {
    const { cookie, csrf } = await opened(READER);
    const ended = await service.api('DELETE', '/api/session', undefined, { cookie, 'x-csrf-token': csrf });
    expect(ended.status).toBe(204);
    expect(ended.headers.getSetCookie()[0]).toMatch(
      /^contactstream-session=; Path=\/; Expires=Thu, 01 Jan 1970/,
    );
    expect(await statusWith(cookie)).toBe(401);
  });

  it('ends with its token', async () => {
    const issue = (name: string) =>
      service.api('POST', '/api/tokens', { name, scopes: ['read'], expiresIn: '1h' }, bearer(MASTER));
    const [revoked, over] = [await issue('revoked'), await issue('over')];
    const [one, other] = [
      await opened(revoked.body.token as string),
      await opened(over.body.token as string),
    ];
    expect(one.body).toMatchObject({ name: 'revoked', expiresAt: revoked.body.expiresAt });
    expect(await statusWith(one.cookie)).toBe(200);

    await service.api('DELETE', `/api/tokens/${revoked.body.id}`, undefined, bearer(MASTER));
    await sql(service.database, `update api_tokens set expires_at = now() where name = 'over'`);
    expect([await statusWith(one.cookie), await statusWith(other.cookie)]).toEqual([401, 401]);
  });

  it.each([
    ['left API_TOKENS', MASTER],
    ['was replaced there by another one of its name', `${MASTER},reader:read:another-of-a-test-0123456789`],
  ])('ends where its token %s', async (_, API_TOKENS) => {
    const { cookie } = await opened(READER);
    const { database, google } = service;
    const later = await startService({ ...serviceEnvironment(database, google), ROLES: 'api', API_TOKENS });
    try {
      expect((await callsTo(later.url)('GET', '/api/session', undefined, { cookie })).status).toBe(401);
    } finally {
      await later.stop();
    }
  });

  it('ends at its time, and where nobody calls for an hour', async () => {
    const [over, idle, used] = [await opened(READER), await opened(READER), await opened(READER)];
    const hashes = `select secret_hash from sessions order by created_at desc`;
    const set = (change: string, offset: number) =>
      sql(
        service.database,
        `update sessions set ${change} where secret_hash = (${hashes} limit 1 offset ${offset})`,
      );
    await set('expires_at = now()', 2);
    await set(`last_seen_at = now() - interval '61 min'`, 1);
    await set(`last_seen_at = now() - interval '59 min'`, 0);
    expect([await statusWith(over.cookie), await statusWith(idle.cookie)]).toEqual([401, 401]);
    expect(await statusWith(used.cookie)).toBe(200);
    // That call counts.
    await set(`last_seen_at = last_seen_at - interval '59 min'`, 0);
    expect(await statusWith(used.cookie)).toBe(200);
  });

  it('is in the audit: opened, refused, and what is done by it', async () => {
    const { cookie, csrf } = await opened(MASTER);
    await open('of-nobody');
    await service.api('POST', '/api/sync', undefined, { cookie, 'x-csrf-token': csrf });
    const { body } = await service.api('GET', '/api/audit?limit=20', undefined, bearer(MASTER));
    const entries = (body.items as Record<string, unknown>[]).map(({ action, outcome, actor }) => ({
      action,
      outcome,
      actor,
    }));
    const actor = expect.objectContaining({ kind: 'token', name: 'token 1' });
    expect(entries).toContainEqual({ action: 'session.open', outcome: 'done', actor });
    expect(entries).toContainEqual({ action: 'sync.run', outcome: 'done', actor });
  });

  it('leaves nothing in the database by which somebody could be one of them', async () => {
    const { cookie, csrf } = await opened(READER);
    const rows = JSON.stringify(await sql(service.database, 'select * from sessions'));
    for (const secret of [cookie.split('=')[1] ?? '', csrf, READER]) expect(rows).not.toContain(secret);
  });
});

describe('Where nobody has to say who they are', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.stop());

  it('a page is told that it may do everything', async () => {
    const { status, body } = await service.api('GET', '/api/session');
    expect([status, body]).toEqual([
      200,
      {
        csrfToken: null,
        name: 'anyone',
        scopes: ['operate', 'read', 'admin'],
        accountId: null,
        expiresAt: null,
      },
    ]);
  });

  it('whoever shows a credential is taken at it', async () => {
    const { body } = await service.api('POST', '/api/tokens', { name: 'reader', scopes: ['read'] });
    const statusOf = async (token: string) =>
      (await service.api('GET', '/api/sync/status', undefined, bearer(token))).status;
    expect([await statusOf(body.token as string), await statusOf('of-nobody')]).toEqual([403, 401]);
  });
});
