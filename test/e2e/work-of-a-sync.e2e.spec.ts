import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type RunningService, startService } from '../../apps/contact-sync/src/service.js';
import { type Call, callsTo } from '../support/call.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type ExecutedPlan, executedPlans } from '../support/executed-plans.js';
import { startGoogle, type TestGoogle } from '../support/service.js';
import { serviceEnvironment } from '../support/service-environment.js';

const CONTACTS = 600;
const CHANGED = 200;

/** So many for each contact: its keys, and a few rows that a step looks at and passes on. */
const ROWS_EACH = 8;

/** Two lists of the account's size, compared row by row, give a hundred times as many. */
describe('Where the planner joins by nested loops alone, no step of a statement takes in more than a few rows a contact', () => {
  let database: TestDatabase;
  let google: TestGoogle;
  let service: RunningService;
  let api: Call;
  let readPlans: () => Promise<ExecutedPlan[]>;
  let names: string[];
  beforeAll(async () => {
    database = await createTestDatabase();
    readPlans = await executedPlans(database);
    google = await startGoogle({ persons: CONTACTS });
    service = await startService({
      ...serviceEnvironment(database, google),
      SYNC_PAGE_SIZE: '50',
      DELETION_GUARD: 'off',
    });
    api = callsTo(service.url);
    const { items } = (await google.control('GET', `/control/persons?limit=${CONTACTS}`)).body;
    names = (items as { resourceName: string }[]).map(({ resourceName }) => resourceName);
  });
  afterAll(async () => {
    await service.stop();
    await google.stop();
    await database.drop();
  });

  /** @returns the statistics */
  const sync = async (path: string): Promise<Record<string, number>> => {
    const { status, body } = await api('POST', `/api/sync${path}`);
    expect(status).toBe(200);
    return body.statistics as Record<string, number>;
  };
  const expectFewRows = async (): Promise<void> => {
    const plans = await readPlans();
    expect(plans.some(({ statement }) => statement.includes('sync_run_pages'))).toBe(true);
    expect(plans.filter(({ mostRows }) => mostRows > ROWS_EACH * CONTACTS)).toEqual([]);
  };
  const remove = async (resourceNames: readonly string[]): Promise<void> => {
    for (const name of resourceNames)
      await google.control('DELETE', `/control/persons/${name.replace('people/', '')}`);
  };

  it('in a first full sync', async () => {
    await readPlans();

    expect(await sync('/full')).toMatchObject({ created: CONTACTS });

    await expectFewRows();
  });

  it('in an incremental sync with many deletions', async () => {
    await remove(names.slice(0, CHANGED));

    expect(await sync('/incremental')).toMatchObject({ deleted: CHANGED });

    await expectFewRows();
  });

  it('in a full sync that finds many deletions, and many persons that it cannot understand', async () => {
    await remove(names.slice(CHANGED, 2 * CHANGED));
    const persons = names
      .slice(2 * CHANGED)
      .map((resourceName) => JSON.stringify({ resourceName, names: 'no list' }));
    await google.control('POST', '/control/faults', {
      where: 'connections',
      fault: { kind: 'replace-person', persons, at: 0 },
    });

    expect(await sync('/full')).toMatchObject({ deleted: CHANGED, errors: CONTACTS - 2 * CHANGED });

    await expectFewRows();
  });
});
