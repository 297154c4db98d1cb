import { createHash, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CodeChallengeMethod } from 'google-auth-library';
import { refusalOf, SimulatedGoogle } from './spec-support/simulated-google.js';

const SCOPES = ['openid', 'email', 'https://www.googleapis.com/auth/contacts.readonly'];

describe('OAuth', () => {
  let google: SimulatedGoogle;
  beforeEach(async () => {
    google = await new SimulatedGoogle().start({ persons: 3, accounts: [{ name: 'second', persons: 5 }] });
  });
  afterEach(() => google.end());

  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');

  function signInUrl(extra: Record<string, string> = {}, scope = SCOPES): string {
    const url = google.oauth().generateAuthUrl({
      access_type: 'offline',
      prompt: 'consent',
      scope,
      state: 'state-1',
      code_challenge: challenge,
      code_challenge_method: CodeChallengeMethod.S256,
    });
    return `${url}&${new URLSearchParams(extra).toString()}`;
  }

  async function redirectOf(url: string): Promise<URL> {
    const response = await fetch(url, { redirect: 'manual' });
    expect(response.status).toBe(302);
    return new URL(response.headers.get('location') ?? '');
  }

  async function codeFor(email: string, scope?: string[]): Promise<string> {
    const back = await redirectOf(signInUrl({ auto: '1', login_hint: email }, scope));
    expect(back.searchParams.get('state')).toBe('state-1');
    return back.searchParams.get('code') ?? '';
  }

  const buttonsOf = (page: string): string[] =>
    [...page.matchAll(/<button name="(\w+)" value="([^"]+)">/g)].map(([, name, value]) => `${name}=${value}`);
  /** What a browser asks for when that button of the page's form is pressed. */
  const submitted = (page: string, button: string): string => {
    const inputs = [...page.matchAll(/<input type="\w+" name="([^"]+)" value="([^"]*)"/g)].map(
      ([, name = '', value = '']): [string, string] => [name, value.replaceAll('&#38;', '&')],
    );
    const [name = '', value = ''] = button.split('=');
    const form = new URLSearchParams([...inputs, [name, value]]);
    return `${google.simulator.url}/o/oauth2/v2/auth?${form.toString()}`;
  };

  const claimsOf = (idToken: string): unknown =>
    JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString());

  test('the consent page offers every account, and its buttons lead back with a code', async () => {
    const page = await (await fetch(signInUrl())).text();
    expect(page).toContain('demo@example.com');
    expect(buttonsOf(page)).toEqual(['account=demo', 'account=second', 'refuse=1']);
    const chosen = await redirectOf(submitted(page, 'account=second'));
    expect(chosen.searchParams.get('code')).toBeTruthy();
    expect(chosen.searchParams.get('scope')).toBe(SCOPES.join(' '));
    const refused = await redirectOf(submitted(page, 'refuse=1'));
    expect(Object.fromEntries(refused.searchParams)).toEqual({
      iss: 'https://accounts.google.com',
      error: 'access_denied',
      state: 'state-1',
    });
  });

  test('a box that is unticked on the consent page leaves its scope out of what is granted', async () => {
    const page = await (await fetch(signInUrl())).text();
    const [box] = /<input type="checkbox"[^>]*contacts\.readonly[^>]*>/.exec(page) ?? [];
    expect(box).toMatch(' checked');
    const back = await redirectOf(submitted(page.replace(box ?? '', ''), 'account=demo'));
    const code = back.searchParams.get('code') ?? '';
    const { tokens } = await google.oauth().getToken({ code, codeVerifier: verifier });
    expect(tokens.scope).toBe('openid email');
    expect(page.match(/type="checkbox"/g)).toHaveLength(1);
  });

  test('a code gives tokens for the chosen account, once and with the right verifier only', async () => {
    const oauth = google.oauth();
    const { tokens } = await oauth.getToken({
      code: await codeFor('second@example.com'),
      codeVerifier: verifier,
    });
    expect(claimsOf(tokens.id_token ?? '')).toMatchObject({
      iss: 'https://accounts.google.com',
      aud: 'client',
      email: 'second@example.com',
      sub: expect.stringMatching(/^\d{21}$/),
    });
    expect(tokens.refresh_token).toBeTruthy();
    const { data } = await google.people(google.oauth(tokens.refresh_token ?? '')).people.connections.list({
      resourceName: 'people/me',
      personFields: 'names',
    });
    expect(data.totalItems).toBe(5);

    const once = await codeFor('demo@example.com');
    await oauth.getToken({ code: once, codeVerifier: verifier });
    for (const attempt of [
      { code: once, codeVerifier: verifier },
      { code: await codeFor('demo@example.com'), codeVerifier: 'another-verifier' },
      { code: await codeFor('demo@example.com') },
    ]) {
      const { status, error } = await refusalOf(oauth.getToken(attempt));
      expect([status, Object.values(error).join('')]).toEqual([400, expect.any(String)]);
    }
  });

  test('refreshing gives no new refresh token; a revoked one is invalid_grant until it is restored', async () => {
    const refresh = async (): Promise<{ status: number; body: Record<string, unknown> }> => {
      const response = await fetch(`${google.simulator.url}/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'refresh_token',
          client_id: 'client',
          client_secret: 'secret',
          refresh_token: 'demo-refresh-token',
        }),
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    const fine = await refresh();
    expect(fine.body).toMatchObject({ token_type: 'Bearer', expires_in: 3599, id_token: expect.any(String) });
    expect(fine.body).not.toHaveProperty('refresh_token');
    await google.control('POST refresh-tokens/revoke');
    expect(await refresh()).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    await google.restart();
    expect(await refresh()).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    await google.control('POST refresh-tokens/restore');
    expect((await refresh()).status).toBe(200);
  });

  test('expired access tokens are 401, and the client refreshes by itself', async () => {
    const oauth = google.oauth();
    oauth.forceRefreshOnFailure = true;
    const client = google.people(oauth);
    await google.page({}, client);
    const { token } = await oauth.getAccessToken();
    await google.control('POST access-tokens/expire');
    const response = await fetch(`${google.simulator.url}/v1/people/me?personFields=names`, {
      headers: { authorization: `Bearer ${token ?? ''}` },
    });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('invalid_token');
    expect(await response.json()).toMatchObject({ error: { status: 'UNAUTHENTICATED' } });
    expect((await google.page({}, client)).connections).toHaveLength(3);
  });

  test('access tokens expire by themselves', async () => {
    await google.end();
    google = await new SimulatedGoogle().start({ persons: 1, accessTokenLifetimeSeconds: 0 });
    const { token } = await google.oauth().getAccessToken();
    const headers = { authorization: `Bearer ${token ?? ''}` };
    const response = await fetch(`${google.simulator.url}/v1/people/me?personFields=names`, { headers });
    expect(response.status).toBe(401);
  });

  test('revoking a token ends every token of its person and client, and no other ones', async () => {
    const tokensOf = async (email: string) =>
      (await google.oauth().getToken({ code: await codeFor(email), codeVerifier: verifier })).tokens;
    const [first, again] = [await tokensOf('demo@example.com'), await tokensOf('demo@example.com')];
    const other = await tokensOf('second@example.com');
    const works = async (refreshToken: string | null | undefined) =>
      google
        .oauth(refreshToken ?? '')
        .getAccessToken()
        .then(
          () => true,
          () => false,
        );

    await google.oauth().revokeToken(first.refresh_token ?? '');

    expect(await works(again.refresh_token)).toBe(false);
    expect(await works(other.refresh_token)).toBe(true);
    const headers = { authorization: `Bearer ${again.access_token ?? ''}` };
    const me = await fetch(`${google.simulator.url}/v1/people/me?personFields=names`, { headers });
    expect(me.status).toBe(401);
  });

  test('revoking an access token ends the whole grant', async () => {
    const oauth = google.oauth();
    const { token } = await oauth.getAccessToken();
    await oauth.revokeToken(token ?? '');
    const headers = { authorization: `Bearer ${token ?? ''}` };
    const response = await fetch(`${google.simulator.url}/v1/people/me?personFields=names`, { headers });
    expect(response.status).toBe(401);
    expect((await refusalOf(google.oauth().getAccessToken())).status).toBe(400);
  });

  test('without a contacts scope the list is 403 ACCESS_TOKEN_SCOPE_INSUFFICIENT', async () => {
    const code = await codeFor('demo@example.com', ['openid', 'email']);
    const { tokens } = await google.oauth().getToken({ code, codeVerifier: verifier });
    const { status, error } = await refusalOf(
      google.page({}, google.people(google.oauth(tokens.refresh_token ?? ''))),
    );
    expect([status, error.reason]).toEqual([403, 'ACCESS_TOKEN_SCOPE_INSUFFICIENT']);
  });

  test('without credentials the answer is 401 with a challenge', async () => {
    const response = await fetch(`${google.simulator.url}/v1/people/me/connections?personFields=names`);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="https://accounts.google.com/"');
  });

  test('unknown clients are invalid_client where clients are configured', async () => {
    await google.end();
    google = await new SimulatedGoogle().start({ clients: [{ id: 'client', secret: 'another' }] });
    expect((await refusalOf(google.oauth().getAccessToken())).status).toBe(401);
    expect((await fetch(signInUrl().replace('client_id=client', 'client_id=stranger'))).status).toBe(400);
  });

  test('people/me is the owner', async () => {
    const { data } = await google.people(google.oauth('second-refresh-token')).people.get({
      resourceName: 'people/me',
      personFields: 'names,emailAddresses',
    });
    expect(data).toMatchObject({
      resourceName: expect.stringMatching(/^people\/\d{21}$/),
      names: [{ displayName: 'second (simulated)' }],
      emailAddresses: [{ value: 'second@example.com' }],
    });
  });

  test('people/me needs a mask, known sources, and a scope of contacts or of the profile', async () => {
    const me = async (scope: string[], parameters: object): Promise<unknown> => {
      const code = await codeFor('demo@example.com', scope);
      const { tokens } = await google.oauth().getToken({ code, codeVerifier: verifier });
      const client = google.people(google.oauth(tokens.refresh_token ?? ''));
      return client.people.get({ resourceName: 'people/me', ...parameters }).then(
        ({ data }) => Object.keys(data),
        async (error: unknown) => (await refusalOf(Promise.reject(error as Error))).status,
      );
    };
    const metadata = { personFields: 'metadata' };
    expect(await me(SCOPES.slice(2), metadata)).toEqual(['resourceName', 'etag', 'metadata']);
    expect(await me(['openid', 'email'], metadata)).toEqual(['resourceName', 'etag', 'metadata']);
    expect(await me(['openid'], metadata)).toBe(403);
    expect(await me(SCOPES, {})).toBe(400);
    expect(await me(SCOPES, { personFields: 'id' })).toBe(400);
    expect(await me(SCOPES, { ...metadata, sources: ['READ_SOURCE_TYPE_ANY'] })).toBe(400);
  });

  test('the sub of the id token is the id in the resource name of people/me, and a login hint too', async () => {
    const { data } = await google.people(google.oauth('second-refresh-token')).people.get({
      resourceName: 'people/me',
      personFields: 'metadata',
    });
    const sub = data.resourceName?.replace('people/', '') ?? '';
    const { tokens } = await google.oauth().getToken({ code: await codeFor(sub), codeVerifier: verifier });
    expect(claimsOf(tokens.id_token ?? '')).toMatchObject({ sub, email: 'second@example.com' });
  });

  test.each([
    ['select_account consent', 302],
    ['none', 302],
    ['choose', 400],
    ['none consent', 400],
  ])('a prompt of "%s" is answered %i', async (prompt, status) => {
    const url = new URL(signInUrl({ auto: '1', login_hint: 'demo@example.com' }));
    url.searchParams.set('prompt', prompt);
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(status);
  });

  test('an id token can be told what to say, or be replaced', async () => {
    const idTokenWith = async (fault: object): Promise<string | null | undefined> => {
      await google.control('POST faults', { where: 'token', fault: { kind: 'id-token', ...fault } });
      const code = await codeFor('demo@example.com');
      return (await google.oauth().getToken({ code, codeVerifier: verifier })).tokens.id_token;
    };
    expect(await idTokenWith({ raw: 'garbage' })).toBe('garbage');
    expect(await idTokenWith({})).toBeUndefined();
    expect(claimsOf((await idTokenWith({ claims: { sub: 'x\u0000' } })) ?? '')).toMatchObject({
      sub: 'x\u0000',
      email: 'demo@example.com',
    });
  });
});
