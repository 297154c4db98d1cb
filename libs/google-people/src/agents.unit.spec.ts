import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { oauthClient } from './oauth-client.js';

const SETTINGS = {
  clientId: 'client',
  clientSecret: 'secret',
  peopleApiUrl: 'https://people.google.test',
  authUrl: 'https://google.test/auth',
  tokenUrl: 'https://google.test/token',
  revokeUrl: 'https://google.test/revoke',
};

describe('A request over TLS', () => {
  const tunnels: { to: string | undefined; authorization: string | undefined }[] = [];
  const server = createServer().on('connect', ({ url, headers }, socket) => {
    tunnels.push({ to: url, authorization: headers['proxy-authorization'] });
    socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
  });
  let proxy: URL;
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    proxy = new URL(`http://us%40er:pa%23ss@127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  afterAll(() => {
    server.close();
  });

  it('asks the proxy for a tunnel, and says nothing of its password when it is refused', async () => {
    const client = oauthClient({ ...SETTINGS, proxyOf: () => proxy });

    const refused: unknown = await client.getToken('code').catch((error: unknown) => error);

    expect(tunnels).toEqual([
      { to: 'google.test:443', authorization: `Basic ${Buffer.from('us@er:pa#ss').toString('base64')}` },
    ]);
    expect((refused as Error).message).toContain('google.test:443');
    expect((refused as Error).message).not.toMatch(/pa(#|%23)ss/);
  });
});
