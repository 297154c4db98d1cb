import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { Browser } from '../support/browser.js';
import { startTestService, type TestService } from '../support/service.js';
import { SignIns } from '../support/sign-in.js';
import { sql } from '../support/sql.js';

const DEMO = 'demo@example.com';
const SECOND = 'second@example.com';

/** What RFC 9700 (OAuth 2.0 Security Best Current Practice) warns of, as far as it concerns this service. */
describe('A sign-in that somebody attacks', () => {
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
  afterEach(() => service.google.control('DELETE', '/control/faults'));

  const refusal = async (answer: Response): Promise<{ status: number; text: string }> => {
    const text = await answer.text();
    expect(text).toMatch('<h1>Not connected</h1>');
    return { status: answer.status, text };
  };
  const accounts = async () =>
    (await service.api('GET', '/api/accounts')).body.items as Record<string, unknown>[];
  const tokenRequests = async (): Promise<number> => {
    const { body } = await service.google.control('GET', '/control/requests');
    return (body.items as { path: string }[]).filter(({ path }) => path === '/token').length;
  };
  const tokenFault = (fault: object) =>
    service.google.control('POST', '/control/faults', { where: 'token', fault });

  it('refuses a forged state, without asking Google for anything', async () => {
    const back = await signIns.consent(await signIns.begin(), DEMO);
    back.searchParams.set('state', Buffer.alloc(32, 1).toString('base64url'));
    const asked = await tokenRequests();

    const { status, text } = await refusal(await signIns.comeBack(back));

    expect(status).toBe(400);
    expect(text).toMatch('not known here');
    expect(await tokenRequests()).toBe(asked);
  });

  it.each([
    ['without the cookie of the browser that began', () => new Browser()],
    ['with the cookie of a sign-in of its own', () => signIns.begin().then(() => signIns.browser)],
  ])('refuses a state %s, which is how a victim would be signed in as the attacker', async (_, victim) => {
    const attacker = new SignIns(service.url);
    const back = await attacker.consent(await attacker.begin(), DEMO);
    const asked = await tokenRequests();

    const { status, text } = await refusal(await signIns.comeBack(back, await victim()));

    expect(status).toBe(403);
    expect(text).toMatch('This browser did not begin this sign-in');
    expect(await tokenRequests()).toBe(asked);
    expect(await accounts()).toEqual([]);
  });

  it('refuses a cookie that was set to the state, which everybody on the way has seen', async () => {
    const back = await signIns.consent(await signIns.begin(), DEMO);
    const state = back.searchParams.get('state') ?? '';
    const cookie = `contactstream-sign-in-${state.slice(0, 12)}=${state}`;
    const stolen = await fetch(`${service.url}${back.pathname}${back.search}`, { headers: { cookie } });
    expect((await refusal(stolen)).status).toBe(403);
  });

  it('refuses a code that was injected into another sign-in: it belongs to another verifier', async () => {
    const victim = new SignIns(service.url);
    const stolen = await victim.consent(await victim.begin(), DEMO);
    const back = await signIns.consent(await signIns.begin(), SECOND);
    back.searchParams.set('code', stolen.searchParams.get('code') ?? '');

    const { text } = await refusal(await signIns.comeBack(back));

    expect(text).toMatch('did not accept the sign-in');
    expect(await accounts()).toEqual([]);
  });

  it('uses a code once: a replayed callback sends it to nobody', async () => {
    const browser = new SignIns(service.url);
    const back = await browser.consent(await browser.begin(), DEMO);
    await tokenFault({ kind: 'status', status: 503 });
    await refusal(await browser.comeBack(back));
    const asked = await tokenRequests();

    await refusal(await browser.comeBack(back));

    expect(await tokenRequests()).toBe(asked);
  });

  it('is refused by Google where the challenge was taken out on the way (PKCE downgrade)', async () => {
    const google = await signIns.begin();
    google.searchParams.delete('code_challenge');
    google.searchParams.delete('code_challenge_method');
    const { text } = await refusal(await signIns.comeBack(await signIns.consent(google, DEMO)));
    expect(text).toMatch('did not accept the sign-in');
    expect(await accounts()).toEqual([]);
  });

  it.each(['https://evil.example', 'https://accounts.google.com/', ''])(
    'refuses an answer of another issuer, and does not show it the code (mix-up): "%s"',
    async (iss) => {
      const back = await signIns.consent(await signIns.begin(), DEMO);
      expect(back.searchParams.get('iss')).toBe('https://accounts.google.com');
      back.searchParams.set('iss', iss);
      const asked = await tokenRequests();

      const { status, text } = await refusal(await signIns.comeBack(back));

      expect(status).toBe(400);
      expect(text).toMatch('not from Google');
      expect(await tokenRequests()).toBe(asked);
    },
  );

  it('refuses an answer that names two issuers', async () => {
    const back = await signIns.consent(await signIns.begin(), DEMO);
    back.searchParams.append('iss', 'https://evil.example');
    expect((await refusal(await signIns.comeBack(back))).text).toMatch('not from Google');
  });

  it.each([
    ['iss', 'https://evil.example'],
    ['aud', 'another client'],
    ['aud', ['client', 'another client']],
    ['exp', 1],
    ['exp', null],
    ['nonce', 'of another sign-in'],
    ['nonce', null],
  ])('refuses an id_token whose %s is %j', async (claim, value) => {
    await tokenFault({ kind: 'id-token', claims: { [claim]: value } });
    const { status, text } = await refusal(await signIns.signIn(DEMO));
    expect(status).toBe(400);
    expect(text).toMatch(`${claim} of its id_token`);
    expect(await accounts()).toEqual([]);
  });

  it('accepts an answer that does not say who answers, and an id_token of Google under its shorter name', async () => {
    await tokenFault({ kind: 'id-token', claims: { iss: 'accounts.google.com' } });
    const back = await signIns.consent(await signIns.begin(), DEMO);
    back.searchParams.delete('iss');
    expect((await signIns.comeBack(back)).status).toBe(200);
  });

  it('sends a browser nowhere that the OAuth client has not registered', async () => {
    const google = await signIns.begin();
    google.searchParams.set('redirect_uri', 'https://evil.example/callback');
    const answer = await signIns.browser.open(google);
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
  });

  describe('by a redirect of a request that carries a secret', () => {
    let elsewhere: Server;
    let arrived = 0;
    beforeAll(async () => {
      elsewhere = createServer((_, response) => {
        arrived += 1;
        response.setHeader('content-type', 'application/json').end('{}');
      }).listen(0, '127.0.0.1');
      await once(elsewhere, 'listening');
    });
    afterAll(() => {
      elsewhere.close();
    });

    const redirect = (where: string, status: number) =>
      service.google.control('POST', '/control/faults', {
        where,
        // Once and for each of the retries.
        times: 100,
        fault: {
          kind: 'redirect',
          status,
          location: `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`,
        },
      });

    it.each([301, 302, 303, 307, 308])('does not follow the token endpoint (%i)', async (status) => {
      await redirect('token', status);
      const { text } = await refusal(await signIns.signIn(DEMO));
      expect(text).toMatch('leads elsewhere, which is not followed');
      expect(arrived).toBe(0);
    });

    it('does not follow the endpoint of the id of a person', async () => {
      await tokenFault({ kind: 'id-token', raw: 'garbage' });
      await redirect('me', 307);
      expect((await refusal(await signIns.signIn(DEMO))).text).toMatch('did not say who');
      expect(arrived).toBe(0);
    });

    it('does not follow the endpoint that revokes', async () => {
      await redirect('revoke', 307);
      await service.google.control('PUT', '/control/accounts/third', { persons: 0 });
      await service.google.control('POST', '/control/faults?account=third', {
        where: 'revoke',
        fault: {
          kind: 'redirect',
          location: `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`,
        },
      });
      const google = await signIns.begin();
      const back = await signIns.consent(google, 'third@example.com', ['openid', 'email']);
      await refusal(await signIns.comeBack(back));
      const { body } = await service.google.control('GET', '/control/faults?account=third');
      expect(body.items).toEqual([]);
      expect(arrived).toBe(0);
    });
  });

  it('keeps neither the state nor what the browser keeps in the database', async () => {
    const google = await signIns.begin();
    const state = google.searchParams.get('state') ?? '';
    const [{ stored } = { stored: '' }] = await sql<{ stored: string }>(
      service.database,
      `select string_agg(s::text, ' ') as stored from sign_ins s`,
    );
    expect(stored).not.toContain(state);
  });

  it('gives the browser a cookie for the callback alone, which no script reads', async () => {
    const begun = await fetch(`${service.url}/api/auth/google`, { redirect: 'manual' });
    const [cookie] = begun.headers.getSetCookie();
    expect(cookie).toMatch(/; Max-Age=600;.*Path=\/api\/auth\/google\/callback;.*HttpOnly; SameSite=Lax$/);
  });

  it('keeps the newest 10,000 only, however many are begun', async () => {
    await sql(
      service.database,
      `insert into sign_ins (state, code_verifier, expires_at)
       select 'old-' || n, 'any', now() - interval '1 minute' + n * interval '1 ms' from generate_series(1, 10000) n`,
    );
    await signIns.begin();
    const [kept] = await sql<{ count: string; oldest: string }>(
      service.database,
      `select count(*) as count, min(state) filter (where state in ('old-1', 'old-10000')) as oldest from sign_ins`,
    );
    expect(kept).toEqual({ count: '10000', oldest: 'old-10000' });
  });
});

describe('A sign-in under an https address', () => {
  it('gives a cookie that only https carries', async () => {
    const service = await startTestService({ PUBLIC_URL: 'https://contacts.example/sync' });
    const headers = { host: 'contacts.example' };
    const begun = await fetch(`${service.url}/api/auth/google`, { redirect: 'manual', headers });
    expect(begun.headers.getSetCookie()[0]).toMatch(
      /Path=\/sync\/api\/auth\/google\/callback;.*HttpOnly; Secure; SameSite=Lax$/,
    );
    await service.stop();
  });
});
