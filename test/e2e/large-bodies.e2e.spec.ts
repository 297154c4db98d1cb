import { connect, type Socket } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { rawRequest } from '../support/raw-request.js';
import { startTestService, type TestService } from '../support/service.js';

const HEAD = 'POST /api/sync HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
const MANY = 12_000_000;

describe('A body over 100 kB', () => {
  let service: TestService;
  let closed: TestService;
  beforeAll(async () => {
    [service, closed] = await Promise.all([
      startTestService(),
      startTestService({ API_TOKENS: 'a-token-of-the-test-suite' }),
    ]);
  });
  afterAll(() => Promise.all([service.stop(), closed.stop()]));

  it('is refused at its length, before any of it is there', async () => {
    const answer = await rawRequest(service.url, `${HEAD}Content-Length: ${MANY}\r\n\r\n`);

    expect([answer.status, answer.body.code]).toEqual([413, 'body-too-large']);
    expect(answer.headers.get('connection')).toBe('close');
  });

  it('is refused without a token, too', async () => {
    const answer = await rawRequest(closed.url, `${HEAD}Content-Length: ${MANY}\r\n\r\n`);

    expect([answer.status, answer.headers.get('connection')]).toEqual([413, 'close']);
  });

  it('is not asked for where the client waits to be', async () => {
    const answer = await rawRequest(
      service.url,
      `${HEAD}Expect: 100-continue\r\nContent-Length: ${MANY}\r\n\r\n`,
    );
    expect(answer.status).toBe(413);
  });

  it('that is sent all the same does not keep its sender from reading why it was refused', async () => {
    const bytes = `${HEAD}Content-Length: ${MANY}\r\n\r\n${'a'.repeat(500_000)}`;
    expect((await rawRequest(service.url, bytes)).status).toBe(413);
  });

  it.each([
    ['is refused when it passes the limit, where its length is not told', () => service, 413],
    ['is not read for a caller without a token, where its length is not told', () => closed, 401],
  ])('%s', async (_, of, status) => {
    const { answer, sent } = await sendChunksUntilClosed(of().url);

    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(sent).toBeLessThan(MANY / 2);
  });

  it('keeps one of 100 kB that waits to be asked for', async () => {
    const body = `{"accountId":"${'a'.repeat(99_900)}"}`;
    const answers = await exchange(
      service.url,
      `${HEAD}Expect: 100-continue\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`,
      body,
    );
    expect(answers).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 400 Bad Request\r\n/);
  });
});

/** Sends the head, the rest once something has come, and reads to the end. */
function exchange(url: string, head: string, rest: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = open(url, () => socket.write(head));
    socket.once('data', () => socket.write(rest));
    socket.on('data', (chunk: string) => (text += chunk));
    socket.on('error', reject).on('close', () => {
      resolve(text);
    });
  });
}

/** Sends 12 MB in chunks, as fast as they are taken, as long as the connection is open. */
function sendChunksUntilClosed(url: string): Promise<{ readonly answer: string; readonly sent: number }> {
  const chunk = `${(10_000).toString(16)}\r\n${'a'.repeat(10_000)}\r\n`;
  return new Promise((resolve) => {
    let answer = '';
    let sent = 0;
    const socket = open(url, () => {
      socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`);
      sendOn();
    });
    const sendOn = (): void => {
      if (sent >= MANY || socket.destroyed || answer !== '') return;
      sent += 10_000;
      socket.write(chunk, sendOn);
    };
    socket.on('data', (text: string) => (answer += text));
    socket
      .on('error', () => undefined)
      .on('close', () => {
        resolve({ answer, sent });
      });
  });
}

function open(url: string, connected: () => void): Socket {
  const { hostname, port } = new URL(url);
  return connect(Number(port), hostname, connected).setEncoding('latin1');
}
