import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { logFaults } from '../crash/log-checks.js';
import { APPEND_LOCK } from '../support/append-lock.js';
import { lockWaits } from '../support/lock-waits.js';
import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

const CONTACTS = 25;

describe('A run whose database fails', () => {
  let service: TestService;
  let seed = 600;
  beforeAll(async () => {
    service = await startTestService({ SYNC_PAGE_SIZE: '10', DELETION_GUARD: 'off' });
  });
  afterAll(() => service.stop());

  /** Everybody is new at Google's. */
  beforeEach(async () => {
    seed += 1;
    await sql(service.database, 'drop function if exists fail() cascade');
    await service.google.control('PUT', '/control/accounts/demo', { persons: CONTACTS, seed });
    await service.google.control('DELETE', '/control/requests');
  });

  /** Their numbers. The page behind one that is being stored may have been asked for already, or not yet. */
  const pagesAsked = async (): Promise<string> => {
    const { items } = (await service.google.control('GET', '/control/requests')).body;
    return (items as { path: string; page: number }[])
      .filter(({ path }) => path.endsWith('/connections'))
      .map(({ page }) => page)
      .join(' ');
  };
  const isGooglesState = async (): Promise<void> => {
    expect(await logFaults(service.database)).toEqual([]);
    const { items } = (await service.google.control('GET', '/control/persons?limit=1000')).body;
    const stored = await sql<{ name: string }>(
      service.database,
      'select resource_name as name from contact_snapshots where not deleted',
    );
    expect(stored.map(({ name }) => name).sort()).toEqual(
      (items as { resourceName: string }[]).map(({ resourceName }) => resourceName).sort(),
    );
  };
  /** @param where a table and when its trigger fires */
  const failTimes = async (times: number, code: string, where: string): Promise<void> => {
    await sql(service.database, 'drop sequence if exists failures');
    await sql(service.database, 'create sequence failures');
    await sql(
      service.database,
      `create function fail() returns trigger language plpgsql as $$ begin
         if nextval('failures') <= ${times} then raise 'made by the test' using errcode = '${code}'; end if;
         return new;
       end $$`,
    );
    await sql(service.database, `create trigger fail before ${where} execute function fail()`);
  };
  const ON_PAGE_2 = 'insert on sync_run_pages for each row when (new.page = 2)';

  it.each([
    ['a serialization failure', '40001'],
    ['a lock timeout', '55P03'],
    ['the end of the server', '57P01'],
  ])('for a moment (%s) goes on at its page', async (_, code) => {
    await failTimes(1, code, ON_PAGE_2);

    const { status, body } = await service.api('POST', '/api/sync/full');

    expect(status).toBe(200);
    expect(body.statistics).toMatchObject({ total_fetched: CONTACTS, created: CONTACTS, pages: 3 });
    expect(await pagesAsked()).toMatch(/^1 2 (3 )?2 3$/);
    await isGooglesState();
  });

  it.each([
    ['at its beginning', `update on sync_runs for each row when (old.state = 'queued')`],
    ['at the append', 'insert on events for each statement'],
    ['at its end', `update on sync_runs for each row when (new.state = 'succeeded')`],
  ])('for a moment, %s, goes on too', async (_, where) => {
    await failTimes(1, '40001', where);

    const { status, body } = await service.api('POST', '/api/sync/full');

    expect(status).toBe(200);
    expect(body.statistics).toMatchObject({ total_fetched: CONTACTS, created: CONTACTS, pages: 3 });
    await isGooglesState();
  });

  it('by losing every connection, with a page on its way to its commit, goes on at that page', async () => {
    const blocker = new pg.Client({ connectionString: service.database.url, application_name: 'blocker' });
    await blocker.connect();
    try {
      await blocker.query(`select pg_advisory_lock(${APPEND_LOCK})`);
      const running = service.api('POST', '/api/sync/full');
      await waitFor(async () => (await lockWaits(service.database, 'advisory')) === 1, {
        what: 'page 1 to stand before its commit',
      });

      await blocker.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and application_name like 'contactstream%'`,
      );
      await blocker.query(`select pg_advisory_unlock(${APPEND_LOCK})`);

      const { status, body } = await running;
      expect(status).toBe(200);
      expect(body.statistics).toMatchObject({ total_fetched: CONTACTS, created: CONTACTS, pages: 3 });
    } finally {
      await blocker.end();
    }
    expect(await pagesAsked()).toMatch(/^1 (2 )?1 2 3$/);
    await isGooglesState();
  });

  it.each([
    ['a broken constraint', '23514'],
    ['a bug', 'P0001'],
  ])('for good (%s) fails with a sentence, and keeps the sync token', async (_, code) => {
    const token = () => sql(service.database, 'select sync_token from sync_lists');
    const before = await token();
    await failTimes(1_000, code, ON_PAGE_2);

    const { status, body } = await service.api('POST', '/api/sync/full');

    expect(status).toBe(500);
    expect(body).toMatchObject({
      code: 'internal-error',
      detail: expect.stringMatching(/^Sync failed: .*the log says more/),
    });
    expect(await pagesAsked()).toMatch(/^1 2( 3)?$/);
    expect(await token()).toEqual(before);
    await sql(service.database, 'drop function fail() cascade');
    expect((await service.api('POST', '/api/sync/full')).status).toBe(200);
    await isGooglesState();
  });

  it('time and again can be cancelled', async () => {
    await failTimes(1_000, '40001', ON_PAGE_2);
    const { body } = await service.api('POST', '/api/sync/full', undefined, { prefer: 'respond-async' });
    await waitFor(async () => (await pagesAsked()).length >= 3, { what: 'another try' });

    const cancelled = await service.api('POST', `/api/sync/runs/${body.id as string}/cancel`);

    expect(cancelled.body).toMatchObject({ state: 'cancelled', statistics: { pages: 1 } });
  });
});
