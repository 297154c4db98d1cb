import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { callsTo } from '../support/call.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { startService, startTestService, type TestService } from '../support/service.js';

describe('A change of a simulated person', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({}, { persons: 3 });
    await service.api('POST', '/api/sync');
  });
  afterAll(() => service.stop());

  const change = (kind: string) => service.api('POST', '/api/simulator/changes', { change: kind });

  it.each(['updated', 'created', 'deleted'])('shows at the next sync: %s', async (kind) => {
    const { status, body } = await change(kind);
    expect([status, body.change]).toEqual([200, kind]);
    const { body: synced } = await service.api('POST', '/api/sync');
    expect(synced.statistics).toMatchObject({ total_fetched: 1, [kind]: 1 });
    const { items } = (await service.api('GET', '/api/events?limit=1000')).body as {
      items: { data: { resourceName: string } }[];
    };
    expect(items.at(-1)?.data.resourceName).toBe(body.resourceName);
  });

  it('needs somebody who can be changed', async () => {
    await service.google.control('PUT', '/control/accounts/demo', { persons: 0 });
    const { status, body } = await change('deleted');
    expect([status, body.code, body.detail]).toEqual([404, 'not-found', expect.stringContaining('nobody')]);
  });

  it('is not there where Google is real, or what answers is no simulator', async () => {
    const other = createServer((_, response) => response.writeHead(404).end());
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    for (const url of ['https://people.googleapis.com/', `http://127.0.0.1:${port}`]) {
      const real = await startService({
        ...serviceEnvironment(service.database, service.google),
        ROLES: 'api',
        PEOPLE_API_URL: url,
      });
      const { status, body } = await callsTo(real.url)('POST', '/api/simulator/changes', {
        change: 'updated',
      });
      expect([status, body.code]).toEqual([404, 'not-found']);
      await real.stop();
    }
    other.close();
  });
});
