import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { startTestService, type TestService } from '../support/service.js';
import { SignIns } from '../support/sign-in.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

const OTHER = 'b7b0d3a6-3c5e-4c1e-9a4e-0d6f3f7d2c11';

/** How the log of accounts' lives comes about; how it gets to Kafka: test/kafka/account-events.spec.ts. */
describe("The log of accounts' lives", () => {
  let service: TestService;
  let id: string;
  beforeEach(async () => {
    service = await startTestService({ SYNC_PAGE_SIZE: '10' }, { persons: 15 });
    id = String((await service.api('GET', '/api/accounts')).body.items[0].id);
  });
  afterEach(() => service.stop());

  const types = async (): Promise<string[]> =>
    (await sql<{ type: string }>(service.database, 'select type from account_events order by position')).map(
      ({ type }) => type,
    );
  const sync = async (): Promise<number> => (await service.api('POST', '/api/sync')).status;
  const signIn = async (): Promise<number> =>
    (await new SignIns(service.url).signIn('demo@example.com')).status;
  const disconnect = async (): Promise<number> => (await service.api('DELETE', `/api/accounts/${id}`)).status;

  it('has nothing of a change that is not kept', async () => {
    // PostgreSQL refuses the change at the very end, when all of it is written.
    const refuse = (): Promise<unknown> =>
      sql(
        service.database,
        `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$;
         create constraint trigger refuse after insert or update on accounts
           deferrable initially deferred for each row execute function refuse()`,
      );
    const change = async (): Promise<number> =>
      (await service.api('PATCH', `/api/accounts/${id}`, { reference: 'tenant-42' })).status;

    await refuse();
    expect([await change(), await disconnect()]).toEqual([500, 500]);
    expect(await types()).toEqual(['AccountConnected']);

    await sql(service.database, 'drop function refuse cascade');
    await sql(service.database, `update accounts set state = 'disconnected'`);
    await refuse();
    expect(await signIn()).toBe(500);
    expect(await types()).toEqual(['AccountConnected']);
  }, 60_000);

  it('says that an account is synced once all of its list was read, and not where a run ends before', async () => {
    const onPage2 = (fault: object) =>
      service.google.control('POST', '/control/faults', { where: 'connections', when: { page: 2 }, fault });
    await onPage2({ kind: 'status', status: 403 });
    expect(await sync()).toBeGreaterThanOrEqual(400);
    expect(await sql(service.database, 'select 1 from contact_snapshots')).toHaveLength(10);
    expect(await types()).toEqual(['AccountConnected']);

    await onPage2({ kind: 'hang' });
    const { body: run } = await service.api('POST', '/api/sync', undefined, { prefer: 'respond-async' });
    await waitFor(
      async () => (await service.api('GET', `/api/sync/runs/${run.id}`)).body.statistics.pages === 1,
      { what: 'the first page' },
    );
    await service.api('POST', `/api/sync/runs/${run.id}/cancel`);
    expect(await types()).toEqual(['AccountConnected']);

    expect(await sync()).toBe(200);
    expect(await types()).toEqual(['AccountConnected', 'AccountSynced']);
    expect(await sync()).toBe(200);
    expect(await types()).toEqual(['AccountConnected', 'AccountSynced']);
  }, 60_000);

  it('is in the order in which it is committed, so that a reader behind a position misses nothing', async () => {
    const append = `insert into account_events (position, account_id, version, type, occurred_at)
      select next_position, $1, next_version, 'AccountConnected', now() from next_account_event($1)`;
    const first = new pg.Client({ connectionString: service.database.url });
    await first.connect();
    try {
      await first.query('begin');
      await first.query(append, [id]);
      let isCommitted = false;
      const second = sql(service.database, append, [OTHER]).then(() => (isCommitted = true));
      await waitFor(
        async () =>
          isCommitted ||
          (await sql(service.database, `select 1 from pg_locks where locktype = 'advisory' and not granted`))
            .length > 0,
        { what: 'the second one to wait' },
      );
      expect(isCommitted).toBe(false);
      await first.query('commit');
      await second;
    } finally {
      await first.end();
    }
    const accounts = await sql<{ account_id: string }>(
      service.database,
      'select account_id from account_events order by position desc limit 2',
    );
    expect(accounts.map((row) => row.account_id)).toEqual([OTHER, id]);
  }, 60_000);
});
