import { connect, type Socket } from 'node:net';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';

import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

/** More than the pool has connections. */
const READERS = 12;

describe('While many wait for answers that do not come', () => {
  let service: TestService;
  let lock: Client;
  let readers: Socket[] = [];
  beforeAll(async () => {
    service = await startTestService({}, { persons: 5 });
  });
  afterAll(() => service.stop());
  beforeEach(async () => {
    lock = new Client({ connectionString: service.database.url });
    await lock.connect();
    await lock.query('begin; lock table contacts in access exclusive mode');
    const { hostname, port } = new URL(service.url);
    readers = Array.from({ length: READERS }, () => {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined).resume();
      socket.write('GET /api/contacts HTTP/1.1\r\nHost: localhost\r\n\r\n');
      return socket;
    });
    await waitFor(async () => (await reading()) > 0, { what: 'the readers to wait' });
  });
  afterEach(async () => {
    for (const socket of readers) socket.destroy();
    await lock.end();
  });

  const reading = async (): Promise<number> => {
    const [row] = await sql<{ count: number }>(
      service.database,
      `select count(*)::int as count from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock' and query like '%display_name%'`,
    );
    return row?.count ?? 0;
  };

  it('they hold a part of the connections alone, and the service is ready', async () => {
    await waitFor(async () => (await reading()) === 6, { what: 'all of their share to be used' });
    const began = performance.now();
    expect((await service.api('GET', '/health/ready')).status).toBe(200);
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(await reading()).toBe(6);
  });

  it('a sync that another asks for goes on', async () => {
    const asked = await service.api('POST', '/api/sync/full', undefined, { prefer: 'respond-async' });
    expect(asked.status).toBe(202);
    await waitFor(
      async () =>
        (
          await sql(
            service.database,
            `select from sync_runs where id = '${asked.body.id}' and state = 'succeeded'`,
          )
        ).length === 1,
      { what: 'the sync', timeoutMs: 5_000 },
    );
  });

  it('who hangs up ends their statement at once, and others have their place', async () => {
    await waitFor(async () => (await reading()) === 6, { what: 'all of their share to be used' });
    const began = performance.now();
    for (const socket of readers) socket.destroy();
    await waitFor(async () => (await reading()) === 0, { what: 'their statements to end', timeoutMs: 3_000 });
    // Far from what a statement may take.
    expect(performance.now() - began).toBeLessThan(3_000);

    await lock.query('rollback');
    expect((await service.api('GET', '/api/contacts')).status).toBe(200);
  });
});
