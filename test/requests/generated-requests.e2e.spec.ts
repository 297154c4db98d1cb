import { request } from 'node:http';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { isProblemCode } from '../../apps/contact-sync/src/http/problems.js';
import { expectHolds, LANES, playInLanes, verification } from '../engine/verification.js';
import { startTestService, type TestService } from '../support/service.js';
import { generatedRequest, type GeneratedRequest, type KnownValues } from './generated-request.js';
import { operationsOf } from './operations.js';

/** What is a page for a person, whatever is wrong. */
const PAGE = /^\/api\/(auth\/google\/(callback|links\/)|session\/oidc)/i;

describe('Whatever is asked for', () => {
  const asked = verification('requests', 250, 1, 1);
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ RATE_LIMIT: 'off' }, { persons: 20 });
    expect((await service.api('POST', '/api/sync')).status).toBe(200);
  });
  afterAll(() => service.stop());

  it(
    'is no defect of the service, and every error is problem details',
    async () => {
      // An account that is gone leaves little to ask for.
      const operations = operationsOf((await service.api('GET', '/api/openapi.json')).body).filter(
        ({ method, path }) => !(method === 'DELETE' && path === '/api/accounts/{id}'),
      );
      expect(operations.length).toBeGreaterThan(40);
      const requests = generatedRequest(operations, await knownValues());
      const result = await playInLanes(
        Array.from({ length: LANES }, (_, lane) => lane),
        requests,
        async (one) => {
          expectKnown(one, await answerTo(one));
        },
        asked,
      );
      expectHolds('requests', result);
    },
    60_000 + asked.count * 200,
  );

  const knownValues = async (): Promise<KnownValues> => {
    const idsOf = async (path: string): Promise<string[]> =>
      ((await service.api('GET', path)).body.items as { id: string }[]).map(({ id }) => id);
    const accounts = await idsOf('/api/accounts');
    const contacts = (await idsOf('/api/contacts')).slice(0, 3);
    const ids = [...accounts, ...contacts, ...(await idsOf('/api/sync/runs'))];
    return {
      id: ids,
      accountId: accounts,
      contactId: contacts,
      name: ['contact-updated', 'contact-deleted'],
      file: ['1.json'],
    };
  };

  interface Received {
    readonly status: number;
    readonly headers: Readonly<Record<string, unknown>>;
    readonly text: string;
  }

  const answerTo = ({ method, target, headers, body }: GeneratedRequest): Promise<Received> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(service.url);
      const length = body === null ? {} : { 'content-length': Buffer.byteLength(body) };
      const options = {
        hostname,
        port,
        method,
        path: target,
        headers: { ...headers, ...length },
        agent: false,
      };
      const sent = request(options, (answer) => {
        let text = '';
        const done = (): void => {
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text });
        };
        answer
          .setEncoding('utf8')
          .on('data', (chunk: string) => (text += chunk))
          .on('end', done);
        // A stream of events ends only with whoever listens.
        if (answer.headers['content-type']?.startsWith('text/event-stream') === true) {
          done();
          sent.destroy();
        }
      });
      sent.on('error', reject).end(body ?? undefined);
    });
});

function expectKnown(
  { method, target }: GeneratedRequest,
  { status, headers, text }: { status: number; headers: Readonly<Record<string, unknown>>; text: string },
): void {
  expect(status).toBeGreaterThanOrEqual(200);
  expect(status).toBeLessThan(500);
  if (status < 400) return;
  if (PAGE.test(target) && String(headers['content-type']).startsWith('text/html')) {
    expect(headers['content-security-policy']).toMatch("default-src 'none'");
    return;
  }
  expect(headers['content-type']).toMatch(/^application\/problem\+json/);
  if (method === 'HEAD') return;
  const problem = JSON.parse(text) as Readonly<Record<string, unknown>>;
  expect(problem).toMatchObject({
    type: expect.any(String),
    title: expect.any(String),
    status,
    detail: expect.any(String),
    code: expect.any(String),
    instance: expect.stringMatching(/^\//),
  });
  expect(isProblemCode(String(problem.code))).toBe(true);
  expect(text).not.toMatch(/\n\s+at |node_modules/);
}
