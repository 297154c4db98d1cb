import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startTestService, type TestService } from '../support/service.js';

const OTHER = '7a5c0c8e-3d7b-4c53-8d1c-1d2b6a7e9f00';

describe('GET /api/contacts/lookup', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({
      DEFAULT_REGION: 'DE',
      API_TOKENS: `master-token-0123456789abcdef,viewer:read:viewer-token-0123456789abcdef,cron:operate:cron-token-0123456789abcdef,bound:read@${OTHER}:bound-token-0123456789abcdef`,
    });
    await add('Søren O’Dowd', '+49 172 5550199');
    await add('Anna', '0172 5550199');
    await add('Local', '5550199');
    await call('POST', '/api/sync');
  });
  afterAll(() => service.stop());

  const call = (method: string, path: string, token = 'master-token-0123456789abcdef') =>
    service.api(method, path, undefined, { authorization: `Bearer ${token}` });
  const lookup = (phone: string, more = '', token = 'viewer-token-0123456789abcdef') =>
    call('GET', `/api/contacts/lookup?phone=${phone}${more}`, token);
  const add = async (displayName: string, number: string): Promise<string> => {
    const { body } = await service.google.control('POST', '/control/persons', {
      names: [{ displayName, givenName: displayName }],
      phoneNumbers: [{ value: number }],
    });
    return (body as { resourceName: string }).resourceName;
  };
  const named = (items: { match: string; contact: { displayName: string } }[]): string[] =>
    items.map(({ match, contact }) => `${match} ${contact.displayName}`);

  it.each([
    '%2B491725550199',
    // As whoever forgets to encode the plus sends it.
    '+491725550199',
    '00491725550199',
    '01725550199',
    '0172%205550199',
    '172-5550199',
  ])('?phone=%s is answered with whose number it is, the likeliest first', async (phone) => {
    const { status, headers, body } = await lookup(phone);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(named(body.items)).toEqual(['exact Søren O’Dowd', 'exact Anna', 'suffix Local']);
    const [{ contact }] = body.items;
    expect((await call('GET', `/api/contacts/${contact.id}`)).body).toEqual(contact);
  });

  it('answers 404 where nobody has the number, and once whoever had it is deleted', async () => {
    expect((await lookup('%2B49301234567')).body).toMatchObject({ status: 404, code: 'no-match' });
    const resourceName = await add('Gone', '+49 30 1234567');
    await call('POST', '/api/sync');
    expect(named((await lookup('0301234567')).body.items)).toEqual(['exact Gone']);
    await service.google.control('DELETE', `/control/${resourceName.replace('people/', 'persons/')}`);
    await call('POST', '/api/sync');
    expect((await lookup('0301234567')).body).toMatchObject({ status: 404, code: 'no-match' });
  });

  it.each([
    ['no number', ''],
    ['an empty one', '?phone='],
    ['none in what is given', '?phone=anonymous'],
    ['U+0000', '?phone=%00'],
    ['too long a one', `?phone=${'1'.repeat(101)}`],
    ['two', '?phone=1&phone=2'],
    ['an account id that is none', '?phone=110&accountId=x'],
    ['an unknown parameter', '?phone=110&q=x'],
  ])('answers 400 for %s', async (_, query) => {
    const { status, body } = await call('GET', `/api/contacts/lookup${query}`);
    expect([status, body.code]).toEqual([400, 'invalid-request']);
    expect(JSON.stringify(body)).not.toContain('1111');
  });

  it('shows what the token may see, and no more', async () => {
    const { items } = (await call('GET', '/api/accounts')).body;
    const accountId = String(items[0].id);
    expect((await lookup('01725550199', `&accountId=${accountId}`)).status).toBe(200);
    expect((await lookup('01725550199', `&accountId=${OTHER}`)).body.code).toBe('no-match');
    expect((await lookup('01725550199', '', 'bound-token-0123456789abcdef')).body.code).toBe('no-match');
    expect(
      (await lookup('01725550199', `&accountId=${accountId}`, 'bound-token-0123456789abcdef')).body.code,
    ).toBe('account-not-found');
    expect((await lookup('01725550199', '', 'cron-token-0123456789abcdef')).body.code).toBe('scope-missing');
    expect((await lookup('01725550199', '', 'no-token-0123456789abcdef')).status).toBe(401);
  });

  describe('and PATCH /api/accounts/{id}', () => {
    const change = async (body: unknown, token = 'master-token-0123456789abcdef', id?: string) => {
      const { items } = (await call('GET', '/api/accounts')).body;
      return service.api('PATCH', `/api/accounts/${id ?? String(items[0].id)}`, body, {
        authorization: `Bearer ${token}`,
      });
    };

    it('set the region of an account, for the very next look-up', async () => {
      const french = '%2B33172555019';
      await add('Claire', '01 72 55 50 19');
      await call('POST', '/api/sync');
      expect(named((await lookup(french)).body.items)).toEqual(['suffix Claire']);

      expect(await change({ region: 'fr' })).toMatchObject({ status: 200, body: { region: 'FR' } });
      expect(named((await lookup(french)).body.items)).toEqual(['exact Claire']);
      expect(await change({})).toMatchObject({ status: 200, body: { region: 'FR' } });

      expect(await change({ region: null })).toMatchObject({ status: 200, body: { region: null } });
      expect(named((await lookup(french)).body.items)).toEqual(['suffix Claire']);
    });

    it.each([[{ region: 'XX' }], [{ region: '' }], [{ region: 49 }], [{ regions: 'DE' }], [[]]])(
      'refuse %j',
      async (body) => {
        expect(await change(body)).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
      },
    );

    it('are for tokens with the scope admin, and for accounts that are there', async () => {
      expect((await change({}, 'viewer-token-0123456789abcdef')).body.code).toBe('scope-missing');
      expect((await change({}, 'master-token-0123456789abcdef', OTHER)).body.code).toBe('account-not-found');
      expect((await change({}, 'master-token-0123456789abcdef', 'x')).status).toBe(400);
    });
  });

  it('is in the OpenAPI document', async () => {
    const { paths } = (await call('GET', '/api/openapi.json')).body;
    const { parameters, responses } = paths['/api/contacts/lookup'].get as {
      parameters: { name: string; required: boolean }[];
      responses: object;
    };
    expect(parameters).toMatchObject([
      { name: 'phone', required: true },
      { name: 'accountId', required: false },
    ]);
    expect(Object.keys(responses)).toEqual(['200', '400', '404', '503']);
  });

  it('and searches understand numbers and letters as people type them', async () => {
    for (const q of ['soren', "o'dowd", 'S%C3%B8ren', '0049172']) {
      const { items } = (await call('GET', `/api/contacts?q=${q}`)).body;
      expect(items).toMatchObject([{ displayName: 'Søren O’Dowd' }]);
    }
  });
});
