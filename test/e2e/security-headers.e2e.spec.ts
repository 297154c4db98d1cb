import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { rawRequest } from '../support/raw-request.js';
import { startTestService, type TestService } from '../support/service.js';

const LINK = `/api/auth/google/links/${'a'.repeat(43)}`;

describe('Every answer has the headers that keep browsers from misusing it', () => {
  let service: TestService;
  let closed: TestService;
  beforeAll(async () => {
    [service, closed] = await Promise.all([
      startTestService(),
      startTestService({ API_TOKENS: 'a-token-of-the-test-suite', PUBLIC_URL: 'https://contacts.example' }),
    ]);
  });
  afterAll(() => Promise.all([service.stop(), closed.stop()]));

  it.each([
    ['GET', '/api/contacts', 200],
    ['GET', '/api/contacts/7a5c0c8e-3d7b-4c53-8d1c-1d2b6a7e9f00', 404],
    ['GET', '/api/nowhere', 404],
    ['GET', '/nowhere', 404],
    ['OPTIONS', '/api/contacts', 404],
    ['POST', '/api/sync?dryRun=perhaps', 400],
    ['GET', '/health/live', 200],
    ['GET', '/health/ready', 200],
    ['GET', '/metrics', 200],
    ['GET', '/api/openapi.json', 200],
    ['GET', '/api/docs', 200],
    ['GET', '/api/docs/swagger-ui.css', 200],
    ['GET', '/api/asyncapi', 200],
    ['GET', '/api/auth/google', 302],
    ['GET', '/api/auth/google/callback', 400],
    ['GET', LINK, 404],
  ])('%s %s', async (method, path, status) => {
    const answer = await fetch(`${service.url}${path}`, {
      method,
      redirect: 'manual',
      headers: { origin: service.url },
    });
    await answer.text();

    expect(answer.status).toBe(status);
    expectGuarded((name) => answer.headers.get(name));
  });

  it('also one to what is no HTTP, or has no token', async () => {
    const malformed = await rawRequest(service.url, 'hello\r\n\r\n');
    expectGuarded((name) => malformed.headers.get(name) ?? null);
    const refused = await closed.api('GET', '/api/contacts');
    expect(refused.status).toBe(401);
    expectGuarded((name) => refused.headers.get(name));
  });

  it('and asks browsers to come by https where that is how it is reached', async () => {
    const headerOf = async (of: TestService) =>
      (await of.api('GET', '/health/live')).headers.get('strict-transport-security');
    expect(await headerOf(closed)).toBe('max-age=31536000');
    expect(await headerOf(service)).toBeNull();
  });

  function expectGuarded(header: (name: string) => string | null): void {
    expect(header('cache-control')).toMatch(/\bno-store\b/);
    expect(header('x-content-type-options')).toBe('nosniff');
    expect(header('x-frame-options')).toBe('DENY');
    expect(header('referrer-policy')).toBe('same-origin');
    expect(header('cross-origin-resource-policy')).toBe('same-origin');
    expect(header('cross-origin-opener-policy')).toBe('same-origin');
    const policy = header('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none';/);
    expect(policy).toMatch("frame-ancestors 'none'");
    expect(policy).not.toMatch(/script-src[^;]*'unsafe-/);
    for (const name of ['access-control-allow-origin', 'access-control-allow-methods', 'x-powered-by']) {
      expect(header(name)).toBeNull();
    }
  }
});
