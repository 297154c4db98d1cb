import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type ExecutedPlan, executedPlans } from '../support/executed-plans.js';
import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';

const CONTACTS = 600;
const CHANGED = 200;
const PAGE_SIZE = 50;

/** So many for each contact: its keys, and a few rows that a step looks at and passes on. */
const ROWS_EACH = 8;

/** Enough for each connection of the pool to keep the plans of its statements. */
const SMALL_SYNCS = 15;

describe('A sync whose statements the planner expects little of', () => {
  let service: TestService;
  let readPlans: () => Promise<ExecutedPlan[]>;
  let names: string[];
  beforeAll(async () => {
    service = await startTestService(
      { SYNC_PAGE_SIZE: String(PAGE_SIZE), DELETION_GUARD: 'off' },
      { persons: 5 },
      async (database) => {
        readPlans = await executedPlans(database);
      },
    );
    await sync('/full');
    await sql(service.database, 'analyze');
    for (let count = 0; count < SMALL_SYNCS; count += 1) await sync('/full');
    await service.google.control('PUT', '/control/accounts/demo', { persons: CONTACTS, seed: 2 });
    const { items } = (await service.google.control('GET', `/control/persons?limit=${CONTACTS}`)).body;
    names = (items as { resourceName: string }[]).map(({ resourceName }) => resourceName);
  });
  afterAll(() => service.stop());

  /** @returns the statistics */
  const sync = async (path: string): Promise<Record<string, number>> => {
    const { status, body } = await service.api('POST', `/api/sync${path}`);
    expect(status).toBe(200);
    return body.statistics as Record<string, number>;
  };
  /** Two lists of the account's size that are compared row by row give a hundred times as many. */
  const expectFewRows = (plans: readonly ExecutedPlan[]): void => {
    expect(plans.some(({ statement }) => statement.includes('sync_run_pages'))).toBe(true);
    expect(plans.filter(({ mostRows }) => mostRows > ROWS_EACH * CONTACTS)).toEqual([]);
  };
  const remove = async (resourceNames: readonly string[]): Promise<void> => {
    for (const name of resourceNames)
      await service.google.control('DELETE', `/control/persons/${name.replace('people/', '')}`);
  };

  it('takes in a few rows a contact when it is the first, and looks pages up by plans that were made for them', async () => {
    await readPlans();

    expect(await sync('/full')).toMatchObject({ created: CONTACTS });

    const plans = await readPlans();
    expectFewRows(plans);
    const ofPages = plans.filter(({ statement }) => statement.includes('json_agg(key)'));
    expect(ofPages.length).toBeGreaterThanOrEqual(CONTACTS / PAGE_SIZE);
    expect(ofPages.filter(({ plan }) => plan.includes('$2'))).toEqual([]);
  });

  it('takes in a few rows a contact when Google tells of many deletions', async () => {
    await remove(names.slice(0, CHANGED));

    expect(await sync('/incremental')).toMatchObject({ deleted: CHANGED });

    expectFewRows(await readPlans());
  });

  it('takes in a few rows a contact when many are absent, and many cannot be understood', async () => {
    await remove(names.slice(CHANGED, 2 * CHANGED));
    const broken = names.slice(2 * CHANGED);
    const persons = broken.map((resourceName) => JSON.stringify({ resourceName, names: 'no list' }));
    const fault = (kind: object, times: number) =>
      service.google.control('POST', '/control/faults', { where: 'connections', fault: kind, times });
    await fault({ kind: 'hide-persons', resourceNames: broken }, CONTACTS / PAGE_SIZE);
    await fault({ kind: 'replace-person', persons }, 1);

    expect(await sync('/full')).toMatchObject({ deleted: CHANGED, errors: CONTACTS - 2 * CHANGED });

    expectFewRows(await readPlans());
  });
});
