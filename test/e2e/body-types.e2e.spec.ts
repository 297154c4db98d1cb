import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { rawRequest } from '../support/raw-request.js';
import { startTestService, type TestService } from '../support/service.js';

const UNKNOWN = '7a5c0c8e-3d7b-4c53-8d1c-1d2b6a7e9f00';
const BODY = JSON.stringify({ accountId: UNKNOWN });

describe('A body', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.stop());

  const runs = async () => (await service.api('GET', '/api/sync/runs')).body.items as unknown[];
  const post = (headers: string, body: string) =>
    rawRequest(
      service.url,
      `POST /api/sync HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers}\r\n\r\n${body}`,
    );
  const length = `Content-Length: ${BODY.length}`;

  it.each([
    'application/x-www-form-urlencoded',
    'text/plain',
    'text/plain;charset=UTF-8',
    'text/json',
    'application/jsonp',
    'application/merge-patch+json',
    'application/problem+json',
    'multipart/form-data; boundary=a',
    'application/octet-stream',
    'json',
  ])('of another type than JSON is refused, and nothing is done: %s', async (type) => {
    for (const path of ['/api/sync', '/api/sync/full', '/api/sync/incremental', '/api/sync?dryRun=true']) {
      const answer = await service.api('POST', path, BODY, { 'content-type': type });

      expect([answer.status, answer.body.code]).toEqual([415, 'unsupported-media-type']);
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    }
    expect(await runs()).toEqual([]);
  });

  it.each([
    ['without a type', length, BODY],
    [
      'in chunks, without a type',
      'Transfer-Encoding: chunked',
      `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`,
    ],
    [
      'in chunks, of another type',
      'Content-Type: text/plain\r\nTransfer-Encoding: chunked',
      `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`,
    ],
    ['larger than is allowed', 'Content-Type: text/plain\r\nContent-Length: 200000', 'a'.repeat(200_000)],
  ])('so is one %s', async (_, headers, body) => {
    const answer = await post(headers, body);

    expect([answer.status, answer.body.code]).toEqual([415, 'unsupported-media-type']);
    expect(await runs()).toEqual([]);
  });

  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"'])(
    'of JSON is read: %s',
    async (type) => {
      const answer = await service.api('POST', '/api/sync', BODY, { 'content-type': type });

      expect([answer.status, answer.body.code]).toEqual([404, 'account-not-found']);
    },
  );

  it.each([
    ['no type', 'Content-Length: 0', ''],
    ['no length', 'X-Nothing: else', ''],
    // What curl -X POST -d '' sends.
    ['the type of a form', 'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 0', ''],
    ['another charset', 'Content-Type: text/plain; charset=latin1\r\nContent-Length: 0', ''],
    ['no chunks', 'Transfer-Encoding: chunked', '0\r\n\r\n'],
    ['the type of JSON', 'Content-Type: application/json\r\nContent-Length: 0', ''],
  ])('that is empty counts as none, whatever its type: %s', async (_, headers, body) => {
    expect((await post(headers, body)).status).toBe(200);
  });
});
