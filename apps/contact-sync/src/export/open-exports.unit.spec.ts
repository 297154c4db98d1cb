import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Request, type Response } from 'express';

import { ANYONE, type Principal, setCredential, setPrincipal } from '../http/principal.js';
import { OpenExports } from './open-exports.js';

const PIECE = 'x'.repeat(1024 * 1024);

/** Has no end, as far as a test can see. */
async function* pieces(): AsyncGenerator<string> {
  for (;;) yield await Promise.resolve(PIECE);
}

describe('An export that is being read', () => {
  let server: Server;
  let outcome: Promise<string | undefined>;
  let reader: IncomingMessage;
  beforeEach(() => {
    server = createServer();
  });
  afterEach(() => {
    reader.destroy();
    server.closeAllConnections();
    server.close();
  });

  /** Sends all that there is to one reader. */
  const send = async (exports: OpenExports, now: Principal | null): Promise<void> => {
    outcome = once(server, 'request').then(async (heard) => {
      const [request, response] = heard as [Request, Response];
      setPrincipal(request, ANYONE);
      setCredential(request, { key: 'key', look: () => Promise.resolve(now) });
      return exports.send(pieces(), request, response).then(
        () => 'sent',
        (error: unknown) => (error as { code?: string }).code,
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    reader = await new Promise((resolve, reject) => {
      get({ port, host: '127.0.0.1' }, resolve).on('error', reject);
    });
  };

  const broken = (): Promise<string | undefined> =>
    new Promise((resolve) => {
      reader.on('end', () => {
        resolve('ended');
      });
      reader.on('error', (error: NodeJS.ErrnoException) => {
        resolve(error.code);
      });
      reader.resume();
    });

  it('is broken off where its reader takes nothing', async () => {
    await send(new OpenExports(undefined, 200), ANYONE);
    expect(await outcome).toBe('caller-gone');
    expect(await broken()).toBe('ECONNRESET');
  });

  it.each([
    ['ended', null],
    ['may see less', { ...ANYONE, scopes: new Set(['operate'] as const) }],
    ['is bound to an account', { ...ANYONE, accountId: '7a5c0c8e-3d7b-4c53-8d1c-1d2b6a7e9f00' }],
  ])('is broken off where its reader’s token %s meanwhile', async (_, now) => {
    await send(new OpenExports(undefined, 60_000, 20), now);
    expect(await broken()).toBe('ECONNRESET');
    expect(await outcome).toBe('invalid-api-token');
  });

  it('goes on as long as its reader may read', async () => {
    await send(new OpenExports(undefined, 60_000, 20), { ...ANYONE });
    let bytes = 0;
    for await (const chunk of reader as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > 100 * PIECE.length) break;
    }
    expect(await outcome).toBe('caller-gone');
  });
});
