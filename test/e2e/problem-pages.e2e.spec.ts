import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startTestService, type TestService } from '../support/service.js';

describe('An error tells where it is explained', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ API_TOKENS: 'ops-may-do-everything-0123456789' });
  });
  afterAll(() => service.stop());

  it('to programs, and to those who have no token', async () => {
    const refused = await service.api('GET', '/api/accounts');
    expect(refused.body).toMatchObject({
      code: 'invalid-api-token',
      type: '/api/problems/invalid-api-token',
    });
    const { status, body } = await service.api('GET', refused.body.type as string);
    expect(status).toBe(200);
    expect(body).toEqual({
      code: 'invalid-api-token',
      type: '/api/problems/invalid-api-token',
      status: 401,
      title: refused.body.title as string,
      meaning: expect.any(String),
      remedy: expect.stringContaining('Authorization: Bearer'),
    });
  });

  it('each one that there is, and says so where there is none', async () => {
    const { items } = (await service.api('GET', '/api/problems')).body as { items: { type: string }[] };
    expect(items.length).toBeGreaterThan(60);
    const answers = await Promise.all(items.map(({ type }) => service.api('GET', type)));
    expect(answers.map(({ body }) => body as unknown)).toEqual(items);
    const unknown = await service.api('GET', '/api/problems/no-such-thing');
    expect(unknown).toMatchObject({ status: 404, body: { code: 'problem-not-found' } });
  });

  it('to people, on a page that leads from one to all of them', async () => {
    const open = async (url: URL): Promise<string> => {
      const answer = await fetch(url, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
      return answer.text();
    };
    const address = new URL('/api/problems/scope-missing', service.url);
    const page = await open(address);
    expect(page).toContain('<h1>Scope missing</h1>');
    const link = /href="([^"]*problems)"/.exec(page)?.[1] ?? '';
    const all = await open(new URL(link, address));
    const back = /href="([^"]*scope-missing)"/.exec(all)?.[1] ?? '';
    expect(new URL(back, new URL(link, address)).pathname).toBe(address.pathname);
  });
});
