import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { connectAccount } from '../support/connected-account.js';
import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

describe('Syncs of many accounts in one process with SYNC_CONCURRENCY=2', () => {
  let service: TestService;
  const ids: string[] = [];

  beforeAll(async () => {
    service = await startTestService({ SYNC_CONCURRENCY: '2', SYNC_INTERVAL: '1h' }, { persons: 5 });
    for (const key of ['long', 'longer', 'short', 'manual']) {
      const id = randomUUID();
      await service.google.control('PUT', `/control/accounts/${key}`, { persons: 5 });
      await connectAccount(service.database, { id, key, name: key, email: `${key}@example.com` });
      ids.push(id);
    }
  });
  afterAll(() => service.stop());

  const runsOf = (id = '') =>
    sql<{ mode: string; state: string; trigger: string }>(
      service.database,
      `select mode, state, trigger from sync_runs where account_id = $1 order by queued_at desc`,
      [id],
    );
  const areDue = (some: readonly (string | undefined)[]) =>
    sql(
      service.database,
      `insert into sync_lists (account_id, list, epoch, next_sync_at)
       select id, 'contacts', 1, now() from unnest($1::uuid[]) as due (id)
       on conflict (account_id, list) do update set next_sync_at = now()`,
      [some],
    );

  it('go on beside full syncs that take long', async () => {
    const [long, longer, short, manual] = ids;
    expect((await service.api('POST', '/api/sync', { accountId: short })).status).toBe(200);
    // The others are due an hour after they were connected.
    await sql(
      service.database,
      `update accounts set connected_at = now() - interval '2 h' where id = any($1::uuid[])`,
      [[long, longer, short]],
    );
    // Each waits for its first page.
    for (const account of ['long', 'longer']) {
      const hang = { where: 'connections', fault: { kind: 'hang' } };
      const { status } = await service.google.control('POST', `/control/faults?account=${account}`, hang);
      expect(status).toBe(201);
    }
    await areDue([long, longer]);
    await waitFor(async () => (await runsOf(long)).concat(await runsOf(longer)).length === 2, {
      what: 'both full syncs to be queued',
    });
    await areDue([short]);
    await waitFor(async () => (await runsOf(short))[0]?.trigger === 'scheduled', {
      what: 'a run of the short one',
    });
    await waitFor(async () => (await runsOf(short))[0]?.state === 'succeeded', {
      what: 'the short one to end',
    });
    expect((await service.api('POST', '/api/sync', { accountId: manual })).body).toMatchObject({
      status: 'success',
      run: { mode: 'full' },
    });
    // Whom Google does not answer keeps no place: not from each other, nor from the short one.
    await waitFor(
      async () => {
        const waiting = [...(await runsOf(long)), ...(await runsOf(longer))];
        return waiting.every(({ state }) => state === 'running');
      },
      { what: 'both full syncs to wait for Google' },
    );
    await areDue([short]);
    await waitFor(
      async () => (await runsOf(short)).filter(({ state }) => state === 'succeeded').length === 3,
      {
        what: 'the short one to end once more',
      },
    );
  });
});
