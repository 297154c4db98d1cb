import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

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

  /** How often the run's account was taken. */
  const takes = async (): Promise<number> => {
    const [lease] = await query<{ fencing_token: string }>(
      `select fencing_token from leases where name like 'account %'`,
    );
    return Number(lease?.fencing_token ?? 0);
  };

  it('is taken again after longer and longer pauses, and goes on once it can', async () => {
    await query(`
      create function refuse() returns trigger language plpgsql as
      $$ begin raise exception 'This cannot be' using errcode = 'XX001'; end $$`);
    await query('create trigger refuse before update on sync_runs for each row execute function refuse()');
    const before = await takes();
    const startedAt = performance.now();
    const { body } = await service.api('POST', '/api/sync', undefined, { prefer: 'respond-async' });
    await waitFor(async () => (await takes()) >= before + 5, { what: 'the run to be taken five times' });
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
