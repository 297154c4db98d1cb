import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { createMigratedDatabase } from '../support/migrated-database.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { startGoogle, type TestGoogle } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';
import { spawnService } from '../crash/spawned-process.js';

const PRELOADED = path.resolve('test/support/kill-at-erasure-step.mjs');

describe('The erasure of an account', () => {
  let folder: string;
  let google: TestGoogle;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'contactstream-erasures-'));
    google = await startGoogle({ persons: 0 });
  });
  afterAll(async () => {
    await google.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(['record', 'delete', 'project', 'remove', 'revoke', 'finish'])(
    'goes on to its end after the process was killed at the step %j',
    async (step) => {
      const database = await createMigratedDatabase();
      await google.control('PUT', `/control/accounts/${step}`, { persons: 20 });
      const environment = {
        ...serviceEnvironment(database, google),
        GOOGLE_REFRESH_TOKEN: `${step}-refresh-token`,
        ERASURE_LEDGER: path.join(folder, `${step}.jsonl`),
      };
      try {
        const killed = await spawnService({
          ...environment,
          NODE_OPTIONS: `--import ${PRELOADED}`,
          KILL_AT_ERASURE_STEP: step,
        });
        await killed.call('POST', '/api/sync');
        const accountId = (await killed.call('GET', '/api/accounts')).body.items[0].id as string;
        await killed.call('DELETE', `/api/accounts/${accountId}?erase=true`).catch(() => undefined);
        expect(await killed.ended).toBe('SIGKILL');
        // As if its time had run out.
        await sql(database, 'update leases set expires_at = clock_timestamp()');

        const service = await spawnService(environment);
        try {
          await waitFor(
            async () => (await service.call('GET', `/api/accounts/${accountId}`)).status === 404,
            { what: 'the end of the erasure', timeoutMs: 30_000 },
          );
          const { body } = await service.call('POST', '/api/verify', { erased: accountId });
          expect(body).toMatchObject({ ok: true });
          expect((await service.call('POST', '/api/verify')).body).toMatchObject({ ok: true, events: 40 });
        } finally {
          service.signal('SIGTERM');
          await service.ended;
        }
      } finally {
        await database.drop();
      }
    },
    120_000,
  );
});
