import { get } from 'node:http';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startTestService, type TestService } from '../support/service.js';

describe('Bad input is answered with problem details, never with a stack trace', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.stop());

  const UNKNOWN = '7a5c0c8e-3d7b-4c53-8d1c-1d2b6a7e9f00';
  it.each([
    ['malformed JSON', 'POST', '/api/sync', '{"accountId":', 400, 'malformed-json'],
    ['an unknown account', 'POST', '/api/sync', { accountId: UNKNOWN }, 404, 'account-not-found'],
    ['a wrong type', 'POST', '/api/sync', { accountId: 42 }, 400, 'invalid-request'],
    ['an unknown member', 'POST', '/api/sync/full', { account: UNKNOWN }, 400, 'invalid-request'],
    ['a list for a body', 'POST', '/api/sync', [], 400, 'invalid-request'],
    ['an unknown route', 'GET', '/api/nowhere', undefined, 404, 'route-not-found'],
    ['an unknown method', 'PUT', '/api/sync', undefined, 404, 'route-not-found'],
    ['a body over 100 kB', 'POST', '/api/sync', `"${'a'.repeat(100_001)}"`, 413, 'body-too-large'],
    ['an order that no list has', 'GET', '/api/contacts?sort=id', undefined, 400, 'invalid-request'],
    ['a limit of 0', 'GET', '/api/contacts?limit=0', undefined, 400, 'invalid-request'],
    ['a limit that is no number', 'GET', '/api/contacts?limit=1e2', undefined, 400, 'invalid-request'],
    ['a limit above the most', 'GET', '/api/contacts?limit=501', undefined, 400, 'invalid-request'],
    ['a cursor of nobody', 'GET', '/api/contacts?cursor=zzz', undefined, 400, 'invalid-cursor'],
    ['a cursor of another kind', 'GET', '/api/sync/runs?cursor=e30', undefined, 400, 'invalid-cursor'],
    ['an unknown query parameter', 'GET', '/api/contacts?name=x', undefined, 400, 'invalid-request'],
    ['a parameter given twice', 'GET', '/api/contacts?q=a&q=b', undefined, 400, 'invalid-request'],
    ['a position with a sign', 'GET', '/api/events?after=-1', undefined, 400, 'invalid-request'],
    [
      'a position before which nothing can be',
      'GET',
      '/api/events?before=x',
      undefined,
      400,
      'invalid-request',
    ],
    [
      'an order that no history has',
      'GET',
      `/api/contacts/${UNKNOWN}/history?sort=-name`,
      undefined,
      400,
      'invalid-request',
    ],
    [
      'a position beyond bigint',
      'GET',
      '/api/events?after=99999999999999999999',
      undefined,
      400,
      'invalid-request',
    ],
    ['an unknown contact', 'GET', `/api/contacts/${UNKNOWN}`, undefined, 404, 'contact-not-found'],
    ['an export of no format', 'GET', '/api/export', undefined, 400, 'invalid-request'],
    ['raw vCards', 'POST', '/api/export', { format: 'vcard', raw: true }, 400, 'invalid-request'],
    ['a contact id that is none', 'GET', '/api/contacts/x', undefined, 404, 'contact-not-found'],
    ['a history of nobody', 'GET', `/api/contacts/${UNKNOWN}/history`, undefined, 404, 'contact-not-found'],
    [
      'a time that is none',
      'GET',
      `/api/contacts/${UNKNOWN}?asOf=yesterday`,
      undefined,
      400,
      'invalid-request',
    ],
    [
      'an unknown dead letter',
      'GET',
      `/api/dead-letters/${UNKNOWN}`,
      undefined,
      404,
      'dead-letter-not-found',
    ],
    ['a state of none', 'GET', '/api/dead-letters?state=new', undefined, 400, 'invalid-request'],
    ['an unknown run', 'GET', `/api/sync/runs/${UNKNOWN}`, undefined, 404, 'run-not-found'],
    [
      'a reference that is too long',
      'GET',
      `/api/accounts?reference=${'x'.repeat(201)}`,
      undefined,
      400,
      'invalid-request',
    ],
    [
      'a link back to nowhere',
      'POST',
      '/api/auth/google/links',
      { returnUrl: '/' },
      400,
      'return-url-not-allowed',
    ],
    ['an unknown account of a list', 'GET', `/api/accounts/${UNKNOWN}`, undefined, 404, 'account-not-found'],
  ])('%s', async (_, method, path, body, status, code) => {
    const answer = await service.api(method, path, body);

    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.body).toMatchObject({
      type: expect.any(String),
      title: expect.any(String),
      status,
      detail: expect.any(String),
      code,
      instance: path.split('?')[0],
    });
    expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\bat .*\.[jt]s:\d/);
  });

  const NOW = '2026-11-28T09:15:00.123Z';
  it.each(
    ['/api/sync/runs', '/api/quarantine', '/api/dead-letters'].flatMap((list) =>
      [
        ['the year 0000', ['0000-01-01T00:00:00.000Z', UNKNOWN]],
        ['a year beyond 9999', ['+275760-09-13T00:00:00.000Z', UNKNOWN]],
        ['a number for a time', [1, UNKNOWN]],
        ['null for a time', [null, UNKNOWN]],
        ['U+0000', [NOW, `${UNKNOWN}\0`]],
        ['a lone surrogate', [`${NOW}\ud800`, UNKNOWN]],
        ['an id that is none', [NOW, 'x']],
        ['an object for an id', [NOW, { $ne: null }]],
        ['a part too few', [NOW]],
        ['no parts', []],
        ['what lists before had', { queuedAt: NOW, occurredAt: NOW, id: UNKNOWN }],
      ].map(([what, place]) => [list, what, place] as const),
    ),
  )('%s with a forged cursor: %s', async (list, _, place) => {
    const cursor = Buffer.from(JSON.stringify(place)).toString('base64url');
    const answer = await service.api('GET', `${list}?cursor=${cursor}`);
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid-cursor']);
  });

  it.each([
    ['U+0000', ['a\0', UNKNOWN]],
    ['a lone surrogate', ['a\ud800', UNKNOWN]],
    ['an id that is none', ['a', 'x']],
  ])('/api/contacts with a forged cursor: %s', async (_, place) => {
    const cursor = Buffer.from(JSON.stringify(place)).toString('base64url');
    const answer = await service.api('GET', `/api/contacts?cursor=${cursor}`);
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid-cursor']);
  });

  const ODD = [
    '%',
    '%zz',
    '%00',
    'a%00b',
    '%E0%A4%A',
    '%ED%A0%80',
    '%ff',
    '..%2f..%2fetc',
    '%5C',
    '0000-01-01T00:00:00Z',
    '__proto__',
  ];
  it.each([
    ...ODD.flatMap((odd) =>
      [
        'contacts/',
        'sync/runs/',
        'accounts/',
        'quarantine/',
        'dead-letters/',
        'schemas/contact-updated/',
        'docs/',
      ].map((place) => `/api/${place}${odd}`),
    ),
    ...ODD.flatMap((odd) =>
      [
        'contacts?q=',
        'contacts?cursor=',
        `contacts/${UNKNOWN}?asOf=`,
        'sync/runs?cursor=',
        'events?after=',
        'events?accountId=',
        'contacts?limit=',
      ].map((place) => `/api/${place}${odd}`),
    ),
  ])('whatever stands in an address: %s', async (path) => {
    const answer = await fetch(`${service.url}${path}`);
    expect(answer.status).toBeLessThan(500);
    if (answer.status >= 400) {
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    }
    await answer.text();
  });

  it('a name that resolves to this machine, of a page elsewhere', async () => {
    const statusFor = (host: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        get(`${service.url}/api/contacts`, { headers: { host } }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        }).on('error', reject);
      });
    expect(await statusFor('rebound.example:3000')).toBe(403);
    expect(await statusFor('localhost:3000')).toBe(200);
    const crossSite = await service.api('POST', '/api/sync', undefined, { 'sec-fetch-site': 'cross-site' });
    expect(crossSite.body.code).toBe('cross-site-request');
  });

  it('waits for a position only so long, and says that it is not reached', async () => {
    const answer = await service.api('GET', '/api/contacts?minPosition=999999');
    expect(answer.status).toBe(503);
    expect(answer.body).toMatchObject({ code: 'read-model-behind' });
  });
});

describe('With API_TOKENS set', () => {
  let service: TestService;
  const ACCOUNT = '7a5c0c8e-3d7b-4c53-8d1c-1d2b6a7e9f00';
  beforeAll(async () => {
    service = await startTestService({
      API_TOKENS: `master-token-0123456789abcdef,viewer:read:viewer-token-0123456789abcdef,bound:read+operate@${ACCOUNT}:bound-token-0123456789abcdef`,
    });
  });
  afterAll(() => service.stop());

  const as = (token: string) => ({ authorization: `Bearer ${token}` });

  it('every call under /api needs one', async () => {
    for (const path of [
      '/api/contacts',
      '/api/sync/status',
      '/api/openapi.json',
      '/api/docs',
      '/api/nowhere',
    ]) {
      const answer = await service.api('GET', path);
      expect(answer.status).toBe(401);
      expect(answer.body.code).toBe('invalid-api-token');
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
    expect(
      (await service.api('GET', '/api/contacts', undefined, as('wrong-token-0123456789abcdef'))).status,
    ).toBe(401);
    expect((await service.api('GET', '/health/live')).status).toBe(200);
  });

  it('a token opens what its scopes say', async () => {
    expect(
      (await service.api('GET', '/api/contacts', undefined, as('viewer-token-0123456789abcdef'))).status,
    ).toBe(200);
    expect(
      (await service.api('POST', '/api/sync', undefined, as('viewer-token-0123456789abcdef'))).body.code,
    ).toBe('scope-missing');
    expect(
      (await service.api('POST', '/api/sync', undefined, as('master-token-0123456789abcdef'))).status,
    ).toBe(200);
  });

  it('a token that is bound to an account sees no other', async () => {
    const { items } = (
      await service.api('GET', '/api/accounts', undefined, as('master-token-0123456789abcdef'))
    ).body;
    const other = items[0].id as string;
    const answers = await Promise.all([
      service.api('GET', `/api/accounts/${other}`, undefined, as('bound-token-0123456789abcdef')),
      service.api('GET', `/api/contacts?accountId=${other}`, undefined, as('bound-token-0123456789abcdef')),
      service.api('POST', '/api/sync', { accountId: other }, as('bound-token-0123456789abcdef')),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect(
      (await service.api('GET', '/api/accounts', undefined, as('bound-token-0123456789abcdef'))).body.items,
    ).toEqual([]);
  });
});
