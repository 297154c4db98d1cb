import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type SpawnedProcess, spawnService } from '../crash/spawned-process.js';
import { type TestDatabase } from '../support/database.js';
import { createMigratedDatabase } from '../support/migrated-database.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { startGoogle, type TestGoogle } from '../support/service.js';
import { waitFor } from '../support/wait-for.js';

const ALWAYS = 1_000;

describe('Scheduled syncs that fail', () => {
  let database: TestDatabase;
  let google: TestGoogle;
  let service: SpawnedProcess;
  beforeEach(async () => {
    [database, google] = await Promise.all([createMigratedDatabase(), startGoogle({ persons: 3 })]);
    service = await spawnService({
      ...serviceEnvironment(database, google),
      LOG_LEVEL: 'info',
      SYNC_INTERVAL: '1s',
    });
    expect((await service.call('POST', '/api/sync')).status).toBe(200);
  });
  afterEach(async () => {
    service.signal('SIGTERM');
    await service.ended;
    await Promise.all([database.drop(), google.stop()]);
  });

  const account = async () => {
    const { accounts } = (await service.call('GET', '/api/sync/status')).body;
    return (accounts as { state: string; lastError: { code: string }; nextSyncAt: string }[])[0];
  };
  const failures = async () =>
    (await service.call('GET', '/api/sync/runs?state=failed')).body.items as { finishedAt: string }[];
  const logged = (pattern: RegExp): string[] =>
    service
      .output()
      .split('\n')
      .filter((line) => pattern.test(line));

  it.each([
    {
      what: 'its own OAuth client refused',
      where: 'token',
      fault: { status: 401, reason: 'deleted_client' },
      code: 'google-client-refused',
      begins: /"error".*OAuth client was deleted/,
      ends: /Google no longer refuses the service/,
    },
    {
      what: 'a permission missing',
      where: 'connections',
      fault: { status: 403, reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT' },
      code: 'google-unavailable',
      begins: /"warn".*sync run failed/,
      ends: /sync run succeeded/,
    },
  ])('for $what come further and further apart, are told once, and go on by themselves', async (failing) => {
    const { where, fault, code, begins, ends } = failing;
    await google.control('POST', '/control/access-tokens/expire');
    await google.control('POST', '/control/faults', {
      where,
      fault: { kind: 'status', ...fault },
      times: ALWAYS,
    });

    await waitFor(async () => (await failures()).length >= 3, { what: 'three syncs to fail' });

    const failed = await account();
    expect(failed).toMatchObject({ state: 'error', lastError: { code } });
    const [last] = await failures();
    const pauseMs = Date.parse(failed?.nextSyncAt ?? '') - Date.parse(last?.finishedAt ?? '');
    expect(pauseMs).toBeGreaterThan(7_000);
    expect(logged(begins)).toHaveLength(1);
    const before = logged(ends).length;

    await google.control('DELETE', '/control/faults');

    await waitFor(async () => (await account())?.state === 'idle', {
      what: 'the next sync',
      timeoutMs: 30_000,
    });
    expect(logged(ends).length).toBeGreaterThan(before);
  });
});
