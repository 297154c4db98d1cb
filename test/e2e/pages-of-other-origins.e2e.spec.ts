import { request } from 'node:http';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startTestService, type TestService } from '../support/service.js';

const LINKED = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };

describe('Where no token is asked for, a page of another origin', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.stop());

  /** fetch would not send all of these headers. */
  const outcome = (method: string, path: string, headers: Record<string, string>) =>
    new Promise<string | number | undefined>((resolve, reject) => {
      request(`${service.url}${path}`, { method, headers }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        answer.on('end', () => {
          resolve(
            answer.statusCode === 403 ? (JSON.parse(text) as { code: string }).code : answer.statusCode,
          );
        });
      })
        .on('error', reject)
        .end();
    });

  it.each([
    ['cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['same-site', { 'sec-fetch-site': 'same-site' }],
    ['of another port', { origin: 'http://127.0.0.1:9' }],
    ['of another name', { origin: 'http://elsewhere.example' }],
    ['that hides where it is', { origin: 'null' }],
    ['that says too little', { origin: 'elsewhere' }],
  ])('%s has nothing done', async (_, headers) => {
    for (const [method, path] of [
      ['POST', '/api/sync'],
      ['DELETE', '/api/accounts/x'],
      ['OPTIONS', '/api/sync'],
      ['GET', '/api/contacts'],
      ['GET', '/api/auth/google'],
    ] as const) {
      expect([method, path, await outcome(method, path, headers)]).toEqual([
        method,
        path,
        'cross-site-request',
      ]);
    }
  });

  it('may link to what begins nothing', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', ...LINKED };
    expect(await outcome('GET', '/api/docs', headers)).toBe(200);
    expect(await outcome('GET', '/api/auth/google/callback', headers)).toBe(400);
    for (const path of ['/api/auth/google', '/API/auth/Google/'])
      expect(await outcome('GET', path, headers)).toBe('cross-site-request');
    expect(await outcome('POST', '/api/sync', headers)).toBe('cross-site-request');
    const framed = { ...headers, 'sec-fetch-dest': 'iframe' };
    expect(await outcome('GET', '/api/docs', framed)).toBe('cross-site-request');
  });

  it('does not stand in the way of our own pages, and of programs', async () => {
    for (const headers of [
      {},
      { 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'none', ...LINKED },
      { origin: service.url },
    ]) {
      expect(await outcome('POST', '/api/sync?dryRun=true', headers)).toBe(200);
      expect(await outcome('GET', '/api/auth/google', headers)).toBe(302);
    }
  });
});
