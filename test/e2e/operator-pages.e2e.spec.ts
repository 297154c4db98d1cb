import { describe, expect, it } from '@jest/globals';

import { startTestService } from '../support/service.js';

const TOKENS = 'op:operate:the-token-of-an-operator,crm:read:the-token-of-a-program';
const DOCS = ['/api/docs', '/api/openapi.json', '/api/asyncapi', '/api/asyncapi.json', '/API/Docs/'];

describe('METRICS and API_DOCS', () => {
  it.each([
    ['open', { none: 200, operate: 200, read: 200 }, { none: 200, operate: 200, read: 200 }],
    ['token', { none: 401, operate: 200, read: 403 }, { none: 401, operate: 200, read: 200 }],
    ['off', { none: 401, operate: 404, read: 404 }, { none: 401, operate: 404, read: 404 }],
  ])('=%s say who sees them', async (setting, metrics, docs) => {
    const service = await startTestService({ API_TOKENS: TOKENS, METRICS: setting, API_DOCS: setting });
    const statusOf = async (path: string, token?: string): Promise<number> => {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const answer = await fetch(`${service.url}${path}`, { headers });
      await answer.text();
      return answer.status;
    };
    const statuses = async (path: string) => ({
      none: await statusOf(path),
      operate: await statusOf(path, 'the-token-of-an-operator'),
      read: await statusOf(path, 'the-token-of-a-program'),
    });
    try {
      for (const path of ['/metrics', '/Metrics/'])
        expect([path, await statuses(path)]).toEqual([path, metrics]);
      for (const path of DOCS) expect([path, await statuses(path)]).toEqual([path, docs]);
      expect(await statusOf('/health/ready')).toBe(200);
    } finally {
      await service.stop();
    }
  });
});
