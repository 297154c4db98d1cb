import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { connectAccount } from '../support/connected-account.js';
import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

describe('A run that fails with an error that nobody expects, and cannot even be ended', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService({}, { persons: 5 });
  });
  afterAll(() => service.stop());

  const query = <Row extends object>(statement: string): Promise<Row[]> =>
    sql<Row>(service.database, statement);

  /** How often PostgreSQL refused to change the run. */
  const refusals = async (): Promise<number> => {
    const [counted] = await query<{ count: string }>(
      'select case when is_called then last_value else 0 end as count from refusals',
    );
    return Number(counted?.count ?? 0);
  };

  it('keeps no other account waiting, is taken again after longer and longer pauses, and goes on once it can', async () => {
    const other = randomUUID();
    await service.google.control('PUT', '/control/accounts/other', { persons: 3 });
    await connectAccount(service.database, {
      id: other,
      key: 'other',
      name: 'Other',
      email: 'other@example.com',
    });
    const { body: accounts } = await service.api('GET', '/api/accounts');
    const failing = (accounts as { items: { id: string }[] }).items.find(({ id }) => id !== other)?.id;
    // What a sequence has counted stays counted when the statement is taken back.
    await query('create sequence refusals');
    await query('grant usage on sequence refusals to public');
    await query(`
      create function refuse() returns trigger language plpgsql as
      $$ begin
        if new.account_id = '${other}' then return new; end if;
        perform nextval('refusals');
        raise exception 'This cannot be' using errcode = 'XX001';
      end $$`);
    await query('create trigger refuse before update on sync_runs for each row execute function refuse()');
    const startedAt = performance.now();
    const { body } = await service.api(
      'POST',
      '/api/sync',
      { accountId: failing },
      { prefer: 'respond-async' },
    );
    await waitFor(async () => (await refusals()) >= 1, { what: 'the run to be refused' });
    expect((await service.api('POST', '/api/sync', { accountId: other })).body).toMatchObject({
      status: 'success',
      statistics: { created: 3 },
    });
    await waitFor(async () => (await refusals()) >= 5, { what: 'the run to be refused five times' });
    // After 100, 200, 400 and 800 ms.
    expect(performance.now() - startedAt).toBeGreaterThan(1_500);

    await query('drop trigger refuse on sync_runs');
    const run = await waitFor(
      async () => {
        const { body: found } = await service.api('GET', `/api/sync/runs/${String(body.id)}`);
        return found.state === 'succeeded' ? (found as { statistics: object }) : null;
      },
      { what: 'the run to succeed' },
    );
    expect(run.statistics).toMatchObject({ created: 5 });
  });
});
