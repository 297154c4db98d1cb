import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { Browser } from '../support/browser.js';
import { callsTo } from '../support/call.js';
import { OIDC_CLIENT, startOpenIdProvider, type TestOpenIdProvider } from '../support/open-id-provider.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { startService, startTestService, type TestService } from '../support/service.js';

const CALLBACK = 'http://127.0.0.1:0/api/session/oidc/callback';

describe('A person who signs in by OpenID Connect', () => {
  let provider: TestOpenIdProvider;
  let service: TestService;
  let variables: Record<string, string>;
  beforeAll(async () => {
    // It warns of each default that is no good in production.
    for (const level of ['info', 'warn'] as const) jest.spyOn(console, level).mockReturnValue();
    const groups = { olga: ['sync-ops', 'others'], adam: ['sync-admins', 'sync-ops'], gus: ['others'] };
    provider = await startOpenIdProvider(groups, CALLBACK);
    variables = {
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: OIDC_CLIENT.id,
      OIDC_CLIENT_SECRET: OIDC_CLIENT.secret,
      OIDC_SCOPES: 'sync-ops=operate,sync-admins=read+admin',
    };
    service = await startTestService(variables);
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await service.stop();
    await provider.stop();
  });

  const begin = async (browser: Browser): Promise<string> => {
    const begun = await browser.open(`${service.url}/api/session/oidc`);
    expect(begun.status).toBe(302);
    return begun.headers.get('location') ?? '';
  };
  /** The browser comes back, to where this service really listens. */
  const comeBack = (browser: Browser, back: URL) =>
    browser.open(`${service.url}${back.pathname}${back.search}`);
  const signIn = async (person: string, browser = new Browser()) => {
    const answer = await comeBack(browser, await provider.signIn(browser, await begin(browser), person));
    const open = (path: string, init?: RequestInit) => browser.open(`${service.url}${path}`, init);
    return { answer, open };
  };

  it('may do what their groups allow, by a session', async () => {
    const { answer, open } = await signIn('olga');
    expect([answer.status, answer.headers.get('location')]).toEqual([303, 'http://127.0.0.1:0/']);
    expect(answer.headers.getSetCookie()).toContainEqual(
      expect.stringMatching(/^contactstream-session=[\w-]{43}; Path=\/; .*HttpOnly; SameSite=Strict$/),
    );

    const session = (await (await open('/api/session')).json()) as { csrfToken: string };
    expect(session).toMatchObject({ name: 'olga@example.org', scopes: ['operate'], accountId: null });
    expect((await open('/api/sync/status')).status).toBe(200);
    expect((await open('/api/tokens')).status).toBe(403);
    expect((await open('/api/sync', { method: 'POST' })).status).toBe(403);
    const headers = { 'x-csrf-token': session.csrfToken };
    expect((await open('/api/sync', { method: 'POST', headers })).status).toBe(200);
  });

  it('has the scopes of all of their groups', async () => {
    const { open } = await signIn('adam');
    const { scopes } = (await (await open('/api/session')).json()) as { scopes: string[] };
    expect(scopes.sort()).toEqual(['admin', 'operate', 'read']);
  });

  it('is told on a page where their groups allow nothing', async () => {
    const { answer, open } = await signIn('gus');
    expect(answer.status).toBe(403);
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
    expect(answer.headers.get('content-security-policy')).toMatch(/default-src 'none'/);
    expect(await answer.text()).toMatch(
      /signed in as gus@example\.org, but none of your groups .* OIDC_SCOPES/,
    );
    expect((await open('/api/session')).status).toBe(401);
  });

  it('is asked for, also where there are no tokens', async () => {
    expect((await service.api('GET', '/api/contacts')).body.code).toBe('invalid-api-token');
  });

  it('begins with a state, a nonce and a challenge of their own', async () => {
    const urls = [new URL(await begin(new Browser())), new URL(await begin(new Browser()))];
    for (const name of ['state', 'nonce', 'code_challenge']) {
      const values = urls.map(({ searchParams }) => searchParams.get(name));
      expect(values[0]).toMatch(/^[\w-]{43}$/);
      expect(values[1]).not.toBe(values[0]);
    }
    expect(urls[0]?.searchParams.get('code_challenge_method')).toBe('S256');
  });

  it('is let in only by the browser that began, and once', async () => {
    const browser = new Browser();
    const back = await provider.signIn(browser, await begin(browser), 'olga');
    const stranger = new Browser();
    await begin(stranger);
    const elsewhere = await comeBack(stranger, back);
    expect(elsewhere.status).toBe(400);
    expect(await elsewhere.text()).toContain('did not begin this sign-in');

    expect((await comeBack(browser, back)).status).toBe(303);
    expect((await comeBack(browser, back)).status).toBe(400);
  });

  it('is not let in with the code of another sign-in', async () => {
    const [victim, attacker] = [new Browser(), new Browser()];
    const own = await provider.signIn(victim, await begin(victim), 'olga');
    const other = await provider.signIn(attacker, await begin(attacker), 'adam');
    own.searchParams.set('code', other.searchParams.get('code') ?? '');
    const answer = await comeBack(victim, own);
    expect(answer.status).toBe(400);
    expect(answer.headers.getSetCookie().join()).not.toContain('contactstream-session');
  });

  it('is told what the provider says where they do not want to', async () => {
    const browser = new Browser();
    const answer = await comeBack(browser, await provider.cancel(browser, await begin(browser)));
    expect(answer.status).toBe(400);
    expect(await answer.text()).toMatch(
      /did not sign you in\. It says: access_denied\..*open .*\/api\/session\/oidc/,
    );
  });

  it('loses the session where the groups lose their scopes, or the provider is another one', async () => {
    const { open, answer } = await signIn('olga');
    const cookie = answer.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    expect((await open('/api/session')).status).toBe(200);
    const statusWith = async (changed: Record<string, string>) => {
      const { database, google } = service;
      const environment = { ...serviceEnvironment(database, google), ...variables, ROLES: 'api', ...changed };
      const later = await startService(environment);
      try {
        return (await callsTo(later.url)('GET', '/api/session', undefined, { cookie })).status;
      } finally {
        await later.stop();
      }
    };
    expect(await statusWith({ OIDC_SCOPES: 'sync-admins=read' })).toBe(401);
    expect(await statusWith({ OIDC_ISSUER: 'https://other.example' })).toBe(401);
    expect(await statusWith({})).toBe(200);
  });

  it('is told where the client is not the one that the provider knows, and where it does not answer', async () => {
    const pageOf = async (changed: Record<string, string>) => {
      const { database, google } = service;
      const environment = { ...serviceEnvironment(database, google), ...variables, ROLES: 'api', ...changed };
      const other = await startService(environment);
      try {
        const browser = new Browser();
        const begun = await browser.open(`${other.url}/api/session/oidc`);
        if (begun.status !== 302) return [begun.status, await begun.text()];
        const back = await provider.signIn(browser, begun.headers.get('location') ?? '', 'olga');
        const ended = await browser.open(`${other.url}${back.pathname}${back.search}`);
        return [ended.status, await ended.text()];
      } finally {
        await other.stop();
      }
    };
    expect(await pageOf({ OIDC_CLIENT_SECRET: 'another' })).toEqual([
      400,
      expect.stringMatching(/refuses this service: look at .*OIDC_CLIENT_SECRET/),
    ]);
    expect(await pageOf({ OIDC_ISSUER: 'http://127.0.0.1:1' })).toEqual([
      502,
      expect.stringMatching(/does not answer.*OIDC_ISSUER/),
    ]);
  });
});
