import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type ExecutedPlan, executedPlans } from '../support/executed-plans.js';
import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';

describe('A sync that somebody asks for', () => {
  let service: TestService;
  let readPlans: () => Promise<ExecutedPlan[]>;
  let accountId: string;
  beforeAll(async () => {
    service = await startTestService({}, { persons: 5 }, async (database) => {
      readPlans = await executedPlans(database);
    });
    accountId = (await service.api('POST', '/api/sync')).body.run.accountId as string;
  });
  afterAll(() => service.stop());

  const statements = async (): Promise<string[]> => (await readPlans()).map(({ statement }) => statement);

  it('is queued by the statement that writes its entry, and where the read model is known to be is not looked up', async () => {
    await statements();

    const { body } = await service.api('POST', '/api/sync/incremental', { accountId });

    expect(body).toMatchObject({ statistics: { total_fetched: 0 }, run: { readModelCaughtUp: true } });
    const sent = await statements();
    const audited = sent.filter((statement) => statement.includes('audit_entries'));
    expect(audited.map((statement) => statement.includes('insert into sync_runs'))).toEqual([true, false]);
    expect(sent.filter((statement) => statement.includes('projection_checkpoints'))).toEqual([]);
    expect(sent.filter((statement) => statement.includes('from accounts account where'))).toEqual([]);
    expect(sent.filter((statement) => statement.startsWith('select run.id'))).toHaveLength(1);
  });

  it.each(['needs-reauth', 'disconnected', 'erasing'])(
    'is refused at once, without a run, where the account is %s',
    async (state) => {
      const change = (to: string) =>
        sql(service.database, 'update accounts set state = $2 where id = $1', [accountId, to]);
      const runs = async () => (await service.api('GET', '/api/sync/runs?limit=500')).body.items as unknown[];
      const before = await runs();
      await change(state);

      const { body } = await service.api('POST', '/api/sync', { accountId });

      await change('connected');
      expect(body.code).toBe(state === 'erasing' ? 'account-erasing' : 'not-authenticated');
      expect(await runs()).toEqual(before);
      expect((await service.api('GET', '/api/audit?action=sync.run&limit=1')).body.items).toEqual([
        expect.objectContaining({ outcome: 'refused', code: body.code as string }),
      ]);
    },
  );

  it('leaves nothing but its entry where there is no such account', async () => {
    const unknown = randomUUID();

    const { body } = await service.api('POST', '/api/sync', { accountId: unknown });

    expect(body).toMatchObject({ status: 404, code: 'account-not-found' });
    const [left] = await sql(
      service.database,
      `select (select count(*)::int from leases where name = 'account ' || $1::text) as leases,
         (select count(*)::int from sync_lists where account_id = $1::uuid) as lists,
         (select outcome || ' ' || code from audit_entries where account_id = $1::uuid) as entry`,
      [unknown],
    );
    expect(left).toEqual({ leases: 0, lists: 0, entry: 'refused account-not-found' });
  });
});
