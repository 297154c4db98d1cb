import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { rawRequest } from '../support/raw-request.js';
import { startTestService, type TestService } from '../support/service.js';

describe('A request that Node.js cannot read is answered with problem details', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.stop());

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400, 'malformed-request'],
    ['an unknown method', 'LOOK / HTTP/1.1\r\nHost: localhost\r\n\r\n', 400, 'malformed-request'],
    [
      'a header without a colon',
      'GET / HTTP/1.1\r\nHost: localhost\r\nbad\r\n\r\n',
      400,
      'malformed-request',
    ],
    ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n', 400, 'malformed-request'],
    ['a NUL in the address', 'GET /\0 HTTP/1.1\r\nHost: localhost\r\n\r\n', 400, 'malformed-request'],
    [
      'two lengths',
      'POST /api/sync HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
      'malformed-request',
    ],
    [
      'a length and chunks',
      'POST /api/sync HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
      'malformed-request',
    ],
    ['no Host', 'GET /health/live HTTP/1.1\r\n\r\n', 400, 'malformed-request'],
    [
      'two Hosts',
      'GET /health/live HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n',
      403,
      'host-not-allowed',
    ],
    [
      'headers over 16 kB',
      `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers-too-large',
    ],
    [
      'an address over 16 kB',
      `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
      431,
      'headers-too-large',
    ],
  ])('%s', async (_, bytes, status, code) => {
    const answer = await rawRequest(service.url, bytes);

    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.headers.get('connection')).toBe('close');
    expect(answer.body).toMatchObject({
      type: expect.any(String),
      title: expect.any(String),
      status,
      detail: expect.any(String),
      code,
      instance: expect.stringMatching(/^\//),
    });
  });

  it('one that expects what is not known is answered as any other', async () => {
    const answer = await rawRequest(
      service.url,
      'GET /health/live HTTP/1.1\r\nHost: localhost\r\nExpect: wonders\r\nConnection: close\r\n\r\n',
    );
    expect([answer.status, answer.body]).toEqual([200, { status: 'ok' }]);
  });

  it('one of HTTP/1.0 needs no Host', async () => {
    const answer = await rawRequest(service.url, 'GET /health/live HTTP/1.0\r\n\r\n');
    expect(answer.status).toBe(200);
  });
});
