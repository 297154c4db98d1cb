import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { SignIns } from '../support/sign-in.js';
import { startTestService, type TestService } from '../support/service.js';

describe('Connecting an account by signing in to Google', () => {
  let service: TestService;
  let signIns: SignIns;
  beforeAll(async () => {
    service = await startTestService(
      { GOOGLE_REFRESH_TOKEN: '' },
      { persons: 3, accounts: [{ name: 'second', persons: 2 }] },
    );
    signIns = new SignIns(service.url);
  });
  afterAll(() => service.stop());

  const begin = (query = ''): Promise<URL> => signIns.begin(query);
  /** @returns where Google sends the browser back */
  const signIn = async (email: string | null = 'demo@example.com', query = ''): Promise<URL> =>
    signIns.consent(await begin(query), email);
  const callback = async (back: URL): Promise<{ status: number; text: string }> => {
    const answer = await signIns.comeBack(back);
    expect(answer.headers.get('content-type')).toMatch('text/html');
    return { status: answer.status, text: await answer.text() };
  };
  const accounts = async () =>
    (await service.api('GET', '/api/accounts')).body.items as Record<string, unknown>[];
  const tokenFault = (fault: object) =>
    service.google.control('POST', '/control/faults', { where: 'token', fault });

  it('answers 401 before anyone is connected', async () => {
    const { status, body } = await service.api('POST', '/api/sync');
    expect(status).toBe(401);
    expect(body).toMatchObject({ code: 'not-authenticated' });
  });

  it('lets a person choose, and asks for consent, so that Google gives a refresh token', async () => {
    const { searchParams } = await begin();
    expect(searchParams.get('prompt')).toBe('select_account consent');
    expect(searchParams.get('access_type')).toBe('offline');
    expect(searchParams.has('login_hint')).toBe(false);
  });

  it.each([
    'state=guess&code=any',
    'state=%00&code=any',
    'state=%00',
    'state=%ff%fe',
    `state=${'x'.repeat(5_000)}`,
    'state=one&state=two',
    'state[a]=b',
    'state=',
    'code=any',
    'error=access_denied',
    '',
  ])('refuses with a page what it did not begin (%s)', async (query) => {
    const { status, text } = await callback(new URL(`/api/auth/google/callback?${query}`, service.url));
    expect(status).toBe(400);
    expect(text).toMatch('not known here');
  });

  it.each([
    ['error=access_denied', 403, 'access_denied'],
    ['error=org_internal', 400, 'org_internal'],
    ['error=%00', 400, 'refused the sign-in.'],
    // Whoever writes an address does not write the page.
    ['error=Call+0800', 400, 'refused the sign-in.'],
    ['', 400, 'no code'],
    ['code=', 400, 'did not accept'],
    ['code=%00', 400, 'did not accept'],
    ['code=a&code=b', 400, 'no code'],
    [`code=${'x'.repeat(5_000)}`, 400, 'no code'],
  ])('says why when Google sends the browser back with "%s"', async (query, expected, says) => {
    const state = (await begin()).searchParams.get('state') ?? '';
    const back = new URL(`/api/auth/google/callback?state=${state}&${query}`, service.url);
    const { status, text } = await callback(back);
    expect(status).toBe(expected);
    expect(text).toMatch(says);
    expect((await callback(back)).text).toMatch('Not connected');
  });

  it.each([
    ['a garbled answer', { kind: 'html' }],
    ['a cut answer', { kind: 'half-body' }],
    ['null', { kind: 'status', status: 400, body: 'null' }],
    ["the service's client, refused", { kind: 'status', status: 401, reason: 'deleted_client' }],
  ])('is refused with a page by a token endpoint that sends %s', async (_, fault) => {
    await tokenFault(fault);
    const { status, text } = await callback(await signIn());
    expect(status).toBe(400);
    expect(text).toMatch('Not connected');
    expect(await accounts()).toEqual([]);
  });

  it('connects the account, syncs it, and finds it again at the next sign-in', async () => {
    const back = await signIn();
    const { status, text } = await callback(back);
    expect(text).toMatch('Connected');
    expect(status).toBe(200);
    const [account] = await accounts();
    expect(account).toMatchObject({
      state: 'connected',
      email: 'demo@example.com',
      name: 'demo@example.com',
    });
    expect((await service.api('POST', '/api/sync')).body.statistics).toMatchObject({ created: 3 });

    expect((await callback(await signIn())).status).toBe(200);
    const items = await accounts();
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ id: account?.id, contacts: 3 });
  });

  it('answers a page that is opened again with 409, and that the account is connected', async () => {
    const back = await signIn();
    const both = await Promise.all([callback(back), callback(back)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const { status, text } = await callback(back);
    expect(status).toBe(409);
    expect(text).toMatch('<h1>Connected</h1>');
    expect(text).toMatch('the account is connected');
  });

  it.each([
    ['is no JWT', { raw: 'garbage' }],
    ['has garbage in the place of its claims', { raw: 'a.b.c' }],
    ['has claims that are no object', { raw: `a.${Buffer.from('null').toString('base64url')}.c` }],
    ['is a number', { raw: 7 }],
    ['is missing', {}],
    ['has no sub', { claims: { sub: null } }],
    ['has U+0000 in its sub', { claims: { sub: '1\u00002' } }],
    ['has U+0000 in its address', { claims: { email: 'demo\u0000@example.com' } }],
    ['has a lone surrogate in its address', { claims: { email: '\ud800' } }],
  ])('asks people/me where the id_token does not say who it is: it %s', async (_, idToken) => {
    const before = await accounts();
    await tokenFault({ kind: 'id-token', ...idToken });

    expect((await callback(await signIn())).status).toBe(200);

    expect(await accounts()).toMatchObject([{ id: before[0]?.id, email: 'demo@example.com' }]);
  });

  it('is refused where people/me does not say either', async () => {
    await tokenFault({ kind: 'id-token', raw: 'garbage' });
    await service.google.control('POST', '/control/faults', { where: 'me', fault: { kind: 'html' } });
    const { status, text } = await callback(await signIn());
    expect(status).toBe(400);
    expect(text).toMatch('did not say who');
  });

  describe('again, by its id,', () => {
    const idOf = async (email: string) => String((await accounts()).find((one) => one.email === email)?.id);

    it('has Google offer its person, and nobody else', async () => {
      const { searchParams } = await begin(`?accountId=${await idOf('demo@example.com')}`);
      expect(searchParams.get('login_hint')).toBe('demo@example.com');
      expect(searchParams.get('prompt')).toBe('select_account consent');
    });

    it('connects it', async () => {
      const id = await idOf('demo@example.com');
      expect((await callback(await signIn(null, `?accountId=${id}`))).status).toBe(200);
      expect(await accounts()).toMatchObject([{ id, state: 'connected' }]);
    });

    it('refuses another person, of no account or of another one, and says so', async () => {
      const id = await idOf('demo@example.com');
      const refused = await callback(await signIn('second@example.com', `?accountId=${id}`));
      expect(refused.status).toBe(403);
      expect(refused.text).toMatch('another Google person');
      expect(refused.text).toMatch(`accountId=${id}`);
      expect(await accounts()).toHaveLength(1);

      expect((await callback(await signIn('second@example.com'))).status).toBe(200);
      expect((await callback(await signIn('second@example.com', `?accountId=${id}`))).status).toBe(403);
      expect((await accounts()).map(({ email }) => email)).toEqual(
        expect.arrayContaining(['demo@example.com', 'second@example.com']),
      );
    });

    it.each([
      ['b2c8f0b0-4f5d-4b9c-8a8f-0d5f3c7f9e11', 404, 'account-not-found'],
      ['nobody', 400, 'invalid-request'],
      ['%00', 400, 'invalid-request'],
    ])('needs an account that there is (%s)', async (id, status, code) => {
      const answer = await service.api('GET', `/api/auth/google?accountId=${id}`);
      expect(answer).toMatchObject({ status, body: { code } });
    });

    it('asks for a new sign-in once Google revoked the old one', async () => {
      const accountId = await idOf('demo@example.com');
      await service.google.control('POST', '/control/refresh-tokens/revoke');
      await service.google.control('POST', '/control/access-tokens/expire');

      const refused = await service.api('POST', '/api/sync', { accountId });

      expect(refused.status).toBe(401);
      expect(refused.body).toMatchObject({ code: 'not-authenticated' });
      const { body } = await service.api('GET', '/api/sync/status');
      expect(body.accounts).toContainEqual(expect.objectContaining({ accountId, state: 'needs-reauth' }));
      await service.google.control('POST', '/control/refresh-tokens/restore');
      expect((await callback(await signIn(null, `?accountId=${accountId}`))).status).toBe(200);
      expect((await service.api('POST', '/api/sync', { accountId })).status).toBe(200);
    });
  });
});
