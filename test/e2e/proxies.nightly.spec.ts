import { networkInterfaces } from 'node:os';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { spawnService } from '../crash/spawned-process.js';
import { type TestDatabase } from '../support/database.js';
import { ForwardProxy } from '../support/forward-proxy.js';
import { describeUnless } from '../support/kafka.js';
import { createMigratedDatabase } from '../support/migrated-database.js';
import { startGoogle, type TestGoogle } from '../support/service.js';
import { serviceEnvironment } from '../support/service-environment.js';

/** An address of this machine that others could reach too. */
const address = Object.values(networkInterfaces())
  .flat()
  .find((entry) => entry?.family === 'IPv4' && !entry.internal)?.address;

const CONTACTS = 5;

let google: TestGoogle;
let proxy: ForwardProxy;
let database: TestDatabase;
beforeAll(async () => {
  google = await startGoogle({ host: '0.0.0.0', persons: CONTACTS });
  proxy = await ForwardProxy.to(`http://127.0.0.1:${new URL(google.url).port}`);
});
afterAll(async () => {
  await Promise.all([google.stop(), proxy.close()]);
});
afterEach(async () => {
  proxy.requests.length = 0;
  await database.drop();
});

/** A service whose Google has that address, syncs once, and ends. @returns the answer's status */
async function syncOnce(googleUrl: string, variables: Record<string, string>): Promise<number> {
  database = await createMigratedDatabase();
  const service = await spawnService({
    ...serviceEnvironment(database, { url: googleUrl }),
    // What stands in for Google speaks no TLS.
    ALLOW_PLAINTEXT: 'google',
    LOG_LEVEL: 'debug',
    HTTP_PROXY: proxy.url,
    HTTPS_PROXY: proxy.url,
    ...variables,
  });
  try {
    const { status, body } = await service.call('POST', '/api/sync');
    expect(body).toMatchObject({ statistics: { created: CONTACTS } });
    expect(service.output()).not.toContain('proxy-secret');
    return status;
  } finally {
    service.signal('SIGTERM');
    await service.ended;
  }
}

describe('With a proxy in the environment', () => {
  it('Google is asked through it, for tokens as for contacts', async () => {
    expect(await syncOnce('http://google.test', {})).toBe(200);

    const asked = proxy.requests.map(({ what }) => what.split('?')[0]);
    expect(asked).toContain('POST http://google.test/token');
    expect(asked).toContain('GET http://google.test/v1/people/me/connections');
    const user = Buffer.from('user:proxy-secret').toString('base64');
    expect(new Set(proxy.requests.map(({ authorization }) => authorization))).toEqual(
      new Set([`Basic ${user}`]),
    );
  });

  it.each(['127.0.0.1', 'localhost'])('this machine is asked directly: %s', async (host) => {
    expect(await syncOnce(`http://${host}:${new URL(google.url).port}`, {})).toBe(200);

    expect(proxy.requests).toEqual([]);
  });
});

describeUnless(address === undefined ? 'no address but the loopback one' : null)(
  'With NO_PROXY in the environment',
  () => {
    const here = (): string => `http://${address ?? ''}:${new URL(google.url).port}`;

    it('what it lists is asked directly', async () => {
      expect(await syncOnce(here(), { NO_PROXY: address ?? '' })).toBe(200);

      expect(proxy.requests).toEqual([]);
    });

    it('what it does not list goes through the proxy', async () => {
      expect(await syncOnce(here(), { NO_PROXY: 'google.test' })).toBe(200);

      expect(proxy.requests).not.toEqual([]);
    });
  },
);
