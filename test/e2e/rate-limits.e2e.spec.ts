import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startTestService, type TestService } from '../support/service.js';

describe('A caller who calls too often', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({
      API_TOKENS: 'one:read:the-token-of-program-one,two:read:the-token-of-program-two',
      RATE_LIMIT: '30/1h',
      TRUSTED_PROXIES: '127.0.0.0/8',
    });
  });
  afterAll(() => service.stop());

  /** @param token of whom @param from the address that the proxy forwards for */
  const call = (token: string, from: string, path = '/api/contacts') =>
    service.api('GET', path, undefined, { authorization: `Bearer ${token}`, 'x-forwarded-for': from });
  const codes = async (
    times: number,
    one: () => ReturnType<typeof call>,
  ): Promise<Record<string, number>> => {
    const counts: Record<string, number> = {};
    for (let time = 0; time < times; time += 1) {
      const { status } = await one();
      counts[status] = (counts[status] ?? 0) + 1;
    }
    return counts;
  };

  it('by a token is told when to come again, and no other token is', async () => {
    const paths = ['/api/contacts', '/api/events'];
    const result = await codes(40, () => call('the-token-of-program-one', '192.0.2.1', paths.pop()));
    expect(result).toEqual({ 200: 30, 429: 10 });

    const refused = await call('the-token-of-program-one', '192.0.2.99');
    expect(refused.body).toMatchObject({ status: 429, code: 'rate-limited' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3_500);
    expect((await call('the-token-of-program-two', '192.0.2.1')).status).toBe(200);
    expect((await call('the-token-of-program-one', '192.0.2.1', '/health/ready')).status).toBe(200);
  });

  it('without a token is told by the address, which counts as one within a network of IPv6', async () => {
    const open = (from: string) => fetch(`${service.url}/metrics`, { headers: { 'x-forwarded-for': from } });
    let host = 0;
    expect(await codes(32, () => open(`2001:db8::${(host += 1)}`))).toEqual({ 200: 30, 429: 2 });
    expect((await open('2001:db8:0:1::1')).status).toBe(200);
    expect((await open('192.0.2.77')).status).toBe(200);
  });

  it('with wrong tokens learns no more, be the next one right', async () => {
    const known = () => call('the-token-of-program-two', '192.0.2.2');
    expect((await known()).status).toBe(200);
    let guess = 0;
    const wrong = await codes(25, () => call(`guess-number-${(guess += 1)}`, '192.0.2.2'));
    expect(wrong).toEqual({ 401: 20, 429: 5 });

    // One that is right, but was never used from here.
    const refused = await call('the-token-of-program-one', '192.0.2.2');
    expect(refused.body.detail).toMatch('wrong tokens from this address');
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect((await known()).status).toBe(200);
    expect((await call('guess-from-elsewhere', '192.0.2.3')).status).toBe(401);
    // Nobody guesses without one.
    const without = await service.api('GET', '/api/contacts', undefined, { 'x-forwarded-for': '192.0.2.2' });
    expect(without.status).toBe(401);
  });

  it('with a wrong token is not taken for one with a right one, because a path needs none', async () => {
    const guesses = Array.from({ length: 25 }, (_, guess) => `guess-on-an-open-path-${guess}`);
    for (const token of guesses) {
      expect((await call(token, '192.0.2.4', '/health/ready')).status).toBe(200);
    }
    const wrong = await codes(guesses.length, () => call(guesses.pop() ?? '', '192.0.2.4'));
    expect(wrong).toEqual({ 401: 20, 429: 5 });
  });
});

describe('What a caller says of its address', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ API_TOKENS: 'the-token-of-program-one', RATE_LIMIT: '5/1h' });
  });
  afterAll(() => service.stop());

  it('is not believed where no proxy is trusted', async () => {
    const statuses = [];
    for (let host = 1; host <= 7; host += 1) {
      const answer = await fetch(`${service.url}/metrics`, {
        headers: { 'x-forwarded-for': `192.0.2.${host}` },
      });
      statuses.push(answer.status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
  });
});
