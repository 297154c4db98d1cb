import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { JWT } from 'google-auth-library';
import { refusalOf, SimulatedGoogle } from './spec-support/simulated-google.js';

const CONTACTS = 'https://www.googleapis.com/auth/contacts.readonly';
const HOME = 'https://app.example/callback';

interface Answered {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

describe('A strict OAuth server', () => {
  let google: SimulatedGoogle;
  beforeEach(async () => {
    google = await new SimulatedGoogle().start({
      persons: 3,
      clients: [{ id: 'client', secret: 'secret', redirectUris: [HOME] }],
    });
  });
  afterEach(() => google.end());

  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const PKCE = { code_challenge: challenge, code_challenge_method: 'S256' };

  const authorize = (extra: Record<string, string> = {}): Promise<Response> => {
    const query = new URLSearchParams({
      client_id: 'client',
      redirect_uri: HOME,
      response_type: 'code',
      scope: `openid email ${CONTACTS}`,
      access_type: 'offline',
      auto: '1',
      login_hint: 'demo@example.com',
      ...extra,
    });
    return fetch(`${google.simulator.url}/o/oauth2/v2/auth?${query.toString()}`, { redirect: 'manual' });
  };
  const backOf = async (extra?: Record<string, string>): Promise<URLSearchParams> =>
    new URL((await authorize(extra)).headers.get('location') ?? '').searchParams;
  const codeOf = async (extra?: Record<string, string>) => (await backOf(extra)).get('code') ?? '';
  const token = async (form: Record<string, string>): Promise<Answered> => {
    const body = new URLSearchParams({ client_id: 'client', client_secret: 'secret', ...form });
    const answer = await fetch(`${google.simulator.url}/token`, { method: 'POST', body });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const redeem = (code: string, extra: Record<string, string> = {}) =>
    token({ grant_type: 'authorization_code', code, redirect_uri: HOME, ...extra });
  const refresh = (refreshToken: unknown) =>
    token({ grant_type: 'refresh_token', refresh_token: String(refreshToken) });

  test.each([
    'https://evil.example/callback',
    'https://app.example/callback/',
    'https://app.example/callback?next=1',
    'https://app.example:444/callback',
    'https://app.example@evil.example/callback',
    'http://127.0.0.1/callback',
    'no url',
  ])('sends nobody to a redirect URI that the client has not registered: %s', async (redirectUri) => {
    const answer = await authorize({ redirect_uri: redirectUri });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('location')).toBeNull();
    expect(await answer.text()).toMatch('redirect_uri_mismatch');
  });

  test('sends clients without registered redirect URIs to loopback addresses only', async () => {
    await google.end();
    google = await new SimulatedGoogle().start({ persons: 1 });
    expect((await authorize()).status).toBe(400);
    for (const host of ['127.0.0.1:1', 'localhost', '[::1]:7']) {
      expect((await authorize({ redirect_uri: `http://${host}/callback` })).status).toBe(302);
    }
    expect((await authorize({ redirect_uri: 'http://127.0.0.1.evil.example/' })).status).toBe(400);
  });

  test('takes no client of Google itself, whose credentials came here by mistake', async () => {
    await google.end();
    google = await new SimulatedGoogle().start({ persons: 1 });
    const real = '42-abc.apps.googleusercontent.com';
    const redirectUri = 'http://127.0.0.1/callback';
    expect((await authorize({ client_id: real, redirect_uri: redirectUri })).status).toBe(400);
    const { status, body } = await token({
      client_id: real,
      grant_type: 'refresh_token',
      refresh_token: 'demo-refresh-token',
    });
    expect([status, body.error]).toEqual([401, 'invalid_client']);
  });

  test('says who answers, and gives the nonce back', async () => {
    const back = await backOf({ nonce: 'n-1' });
    expect(back.get('iss')).toBe('https://accounts.google.com');
    const { body } = await redeem(back.get('code') ?? '');
    const claims = String(body.id_token).split('.')[1] ?? '';
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ nonce: 'n-1' });
  });

  test('needs the verifier where there was a challenge, and refuses one where there was none', async () => {
    expect((await redeem(await codeOf(PKCE))).body.error).toBe('invalid_grant');
    expect((await redeem(await codeOf(), { code_verifier: verifier })).body.error).toBe('invalid_grant');
    expect((await redeem(await codeOf(PKCE), { code_verifier: verifier })).status).toBe(200);
    expect((await redeem(await codeOf())).status).toBe(200);
  });

  test.each([
    ['offline', { prompt: 'consent' }],
    ['online', { access_type: 'online' }],
  ])('ends the tokens of a code that is used twice (%s)', async (_, extra) => {
    const code = await codeOf({ ...PKCE, ...extra });
    const { body } = await redeem(code, { code_verifier: verifier });
    const me = () =>
      fetch(`${google.simulator.url}/v1/people/me?personFields=names`, {
        headers: { authorization: `Bearer ${String(body.access_token)}` },
      });
    expect((await me()).status).toBe(200);

    expect((await redeem(code, { code_verifier: verifier })).body.error).toBe('invalid_grant');

    expect((await me()).status).toBe(401);
    expect((await refresh(body.refresh_token)).body.error).toBe('invalid_grant');
    expect((await refresh('demo-refresh-token')).status).toBe(200);
  });

  test('can be told to replace a refresh token', async () => {
    await google.control('POST faults', { where: 'token', fault: { kind: 'rotate-refresh-token' } });
    const { body } = await refresh('demo-refresh-token');
    expect(body.refresh_token).toMatch(/^1\/\/0/);
    expect((await refresh('demo-refresh-token')).body.error).toBe('invalid_grant');
    expect((await refresh(body.refresh_token)).body).not.toHaveProperty('refresh_token');
  });

  test.each(['token', 'revoke'])('can be told to redirect at the %s endpoint', async (where) => {
    const location = 'https://evil.example/';
    await google.control('POST faults', { where, fault: { kind: 'redirect', status: 308, location } });
    const form = {
      grant_type: 'refresh_token',
      refresh_token: 'demo-refresh-token',
      token: 'demo-refresh-token',
    };
    const answer = await fetch(`${google.simulator.url}/${where}`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: 'client', client_secret: 'secret', ...form }),
      redirect: 'manual',
    });
    expect([answer.status, answer.headers.get('location')]).toEqual([308, location]);
    expect((await refresh('demo-refresh-token')).status).toBe(200);
  });

  describe('with a service account', () => {
    interface Key {
      readonly client_email: string;
      readonly private_key: string;
    }
    let key: Key;
    beforeEach(async () => {
      key = await google.control<Key>('POST service-accounts');
    });

    /** Google's own client, its requests led to the simulator. */
    const client = (subject: string | undefined, options: Record<string, unknown> = {}): JWT => {
      const jwt = new JWT({
        email: key.client_email,
        key: key.private_key,
        scopes: [CONTACTS],
        ...(subject === undefined ? {} : { subject }),
        ...options,
      });
      jwt.transporter.interceptors.request.add({
        resolved: (asked) => {
          asked.url = new URL(`${google.simulator.url}/token`);
          return Promise.resolve(asked);
        },
      });
      return jwt;
    };
    const refused = async (jwt: JWT) => (await refusalOf(jwt.authorize())).error;

    test("reads a person's contacts in their name", async () => {
      const { access_token: accessToken } = await client('demo@example.com').authorize();
      const answer = await fetch(`${google.simulator.url}/v1/people/me/connections?personFields=names`, {
        headers: { authorization: `Bearer ${accessToken ?? ''}` },
      });
      expect(await answer.json()).toMatchObject({ totalItems: 3 });
    });

    test.each([
      ['a person of another domain', 'demo@elsewhere.example', {}],
      ['another scope', 'demo@example.com', { scopes: ['https://www.googleapis.com/auth/contacts'] }],
      ['itself', undefined, {}],
    ])('may not act for %s', async (_, subject, options) => {
      const { error, error_description: description } = await refused(client(subject, options));
      expect(error).toBe('unauthorized_client');
      expect(description).toMatch(/^Client is unauthorized to retrieve access tokens using this method/);
    });

    test('does not know a person who is not there', async () => {
      expect(await refused(client('nobody@example.com'))).toEqual({
        error: 'invalid_grant',
        error_description: 'Invalid email or User ID',
      });
    });

    test.each<[string, RegExp, (key: Key) => Record<string, unknown>]>([
      ['another service account', /account not found/, () => ({ email: 'other@example.com' })],
      ['another audience', /audience/, () => ({ additionalClaims: { aud: 'https://evil.example/token' } })],
      ['a token that lives too long', /short-lived/, () => ({ additionalClaims: { iat: 0 } })],
    ])('refuses an assertion of %s', async (_, says, options) => {
      const { error, error_description: description } = await refused(
        client('demo@example.com', options(key)),
      );
      expect(error).toBe('invalid_grant');
      expect(description).toMatch(says);
    });

    test('refuses what another key has signed', async () => {
      const old = client('demo@example.com');
      await google.control('POST service-accounts');
      expect((await refused(old)).error_description).toBe('Invalid JWT Signature.');
    });
  });

  describe('its control API', () => {
    /** Not by fetch, which sets these headers itself. */
    const control = (headers: Record<string, string>): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const { port } = google.simulator;
        request({ host: '127.0.0.1', port, path: '/control/counters', headers }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        })
          .on('error', reject)
          .end();
      });

    test.each([
      [{ host: '127.0.0.1' }, 200],
      [{ host: 'localhost:8085' }, 200],
      [{ host: '[::1]:8085' }, 200],
      [{ host: 'localhost', origin: 'http://127.0.0.1:3000' }, 200],
      [{ host: 'evil.example' }, 403],
      [{ host: '127.0.0.1.evil.example' }, 403],
      [{ host: 'localhost', origin: 'https://evil.example' }, 403],
      [{ host: 'localhost', origin: 'null' }, 403],
    ])('answers %j with %i', async (headers, status) => {
      expect(await control(headers)).toBe(status);
    });
  });
});
