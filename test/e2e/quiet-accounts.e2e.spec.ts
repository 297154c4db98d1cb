import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

const HOUR_S = 3_600;

interface Status {
  readonly intervalSeconds: number;
  readonly nextSyncAt: string;
  readonly health: string;
  readonly lastRun: { readonly id: string; readonly trigger: string; readonly state: string };
}

describe('An account that does not change, with SYNC_INTERVAL=1h and SYNC_INTERVAL_MAX=12h', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ SYNC_INTERVAL: '1h', SYNC_INTERVAL_MAX: '12h' }, { persons: 3 });
    expect((await service.api('POST', '/api/sync')).body).toMatchObject({ statistics: { created: 3 } });
  });
  afterAll(() => service.stop());

  const status = async (): Promise<Status> =>
    (await service.api('GET', '/api/sync/status')).body.accounts[0] as Status;
  const account = async () =>
    (await service.api('GET', '/api/accounts')).body.items[0] as { id: string; intervalSeconds: number };
  const hoursToNext = async (): Promise<number> =>
    (Date.parse((await status()).nextSyncAt) - Date.now()) / HOUR_S / 1_000;
  const setLists = (columns: string) => sql(service.database, `update sync_lists set ${columns}`);

  it('is synced every hour as long as a sync found something within ten of them', async () => {
    expect(await status()).toMatchObject({ intervalSeconds: HOUR_S, health: 'fresh' });
    expect(await account()).toMatchObject({ intervalSeconds: HOUR_S, interval: null });
  });

  it('is synced less often the longer nothing changes, and is late by that interval', async () => {
    await sql(service.database, `update accounts set connected_at = now() - interval '1000 h'`);
    await setLists(`changed_at = now() - interval '100 h', next_sync_at = now()`);
    await waitFor(
      async () => {
        const { lastRun } = await status();
        return lastRun.trigger === 'scheduled' && lastRun.state === 'succeeded';
      },
      { what: 'the scheduled sync' },
    );
    expect((await status()).intervalSeconds).toBe(10 * HOUR_S);
    expect((await account()).intervalSeconds).toBe(10 * HOUR_S);
    expect(await hoursToNext()).toBeGreaterThan(9);
    await setLists(`succeeded_at = now() - interval '19 h'`);
    expect((await status()).health).toBe('fresh');
    await setLists(`succeeded_at = now() - interval '21 h'`);
    expect((await status()).health).toBe('late');
  });

  it('goes back to an hour with the first change, also where its next sync was far away', async () => {
    await service.api('POST', '/api/simulator/changes', { change: 'updated' });
    expect((await service.api('POST', '/api/sync')).body).toMatchObject({ statistics: { updated: 1 } });
    expect(await status()).toMatchObject({ intervalSeconds: HOUR_S, health: 'fresh' });
    await waitFor(async () => (await hoursToNext()) <= 1, {
      what: 'the next sync to be due within the hour',
      timeoutMs: 20_000,
    });
  });

  it('keeps an interval of its own, whatever changes', async () => {
    const { id } = await account();
    await service.api('PATCH', `/api/accounts/${id}`, { interval: '2h' });
    await setLists(`changed_at = now() - interval '1000 h'`);
    expect(await account()).toMatchObject({ interval: '2h', intervalSeconds: 2 * HOUR_S });
  });
});
