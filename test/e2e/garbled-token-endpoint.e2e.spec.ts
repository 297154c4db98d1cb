import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { SignIns } from '../support/sign-in.js';
import { startTestService, type TestService } from '../support/service.js';

const CONTACTS = 'https://www.googleapis.com/auth/contacts.readonly';

describe('A sign-in whose token endpoint answers', () => {
  let answer = '';
  let endpoint: Server;
  let service: TestService;
  beforeAll(async () => {
    endpoint = createServer((_, response) => {
      response.setHeader('content-type', 'application/json').end(answer);
    }).listen(0, '127.0.0.1');
    await once(endpoint, 'listening');
    const { port } = endpoint.address() as AddressInfo;
    service = await startTestService({
      GOOGLE_REFRESH_TOKEN: '',
      GOOGLE_OAUTH_TOKEN_URL: `http://127.0.0.1:${port}/token`,
    });
  });
  afterAll(async () => {
    await service.stop();
    endpoint.close();
  });

  const tokens = { access_token: 'any', refresh_token: 'any', scope: CONTACTS, expires_in: 3_599 };

  it.each<[unknown, RegExp]>([
    [null, /no refresh token/],
    [7, /no refresh token/],
    [[], /no refresh token/],
    ['text', /no refresh token/],
    [{}, /no refresh token/],
    [{ ...tokens, refresh_token: 7 }, /no refresh token/],
    [{ ...tokens, refresh_token: 'a\u0000' }, /no refresh token/],
    [{ ...tokens, scope: [CONTACTS] }, /not granted/],
    [{ ...tokens, scope: `${CONTACTS}.other` }, /not granted/],
    [tokens, /did not say who/],
    [{ ...tokens, id_token: 'garbage' }, /did not say who/],
    [{ ...tokens, access_token: { a: 'b' } }, /did not say who/],
    [{ ...tokens, access_token: 'a\u0000\n', expires_in: 'soon' }, /did not say who/],
  ])('%j is refused with a page that says why', async (body, says) => {
    answer = JSON.stringify(body);
    const signIns = new SignIns(service.url);
    const state = (await signIns.begin()).searchParams.get('state') ?? '';

    const back = new URL(`/api/auth/google/callback?state=${state}&code=any`, service.url);
    const refused = await signIns.comeBack(back);

    expect(refused.status).toBe(400);
    expect(await refused.text()).toMatch(says);
    expect((await service.api('GET', '/api/accounts')).body.items).toEqual([]);
  });
});
