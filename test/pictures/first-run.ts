import { type Locator, type Page } from 'playwright-core';

import { connectAccount } from '../support/connected-account.js';
import { startTestService, type TestService } from '../support/service.js';
import { waitFor } from '../support/wait-for.js';
import { personAt } from './address-books.js';
import { FixedClock } from './fixed-clock.js';
import { NOW } from './places.js';

/** A service that nobody has used yet. */
export interface NewInstance extends TestService {
  readonly clock: FixedClock;
}

export async function startNewInstance(): Promise<NewInstance> {
  let clock: FixedClock | undefined;
  const service = await startTestService({ GOOGLE_REFRESH_TOKEN: '' }, { persons: 0 }, async (database) => {
    clock = await FixedClock.stopAt('2026-11-24T14:31:07Z', database);
  });
  if (clock === undefined) throw new Error('The database was not prepared');
  return { ...service, clock };
}

/** From nothing to the first change. @param look looks at the page once it shows what the name says */
export async function goThroughFirstRun(
  { url, api, google, database, clock }: NewInstance,
  page: Page,
  look: (name: string) => Promise<void>,
): Promise<void> {
  await page.goto(url);
  await page.getByRole('heading', { name: 'Nothing is connected yet' }).waitFor();
  await look('nothing-connected');

  const persons = Array.from({ length: 30 }, (_, at) => ({
    ...personAt(at),
    resourceName: `people/cfirst${at}`,
  }));
  const made = await google.control('POST', '/control/persons', persons);
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  const id = 'b4e7d1c2-5a0f-4f6e-9c3b-720000000001';
  await connectAccount(database, { id, key: 'demo', name: 'Demo', email: 'demo@example.com' });
  await waitFor(async () => (await api('GET', '/api/overview')).body.totals.accounts === 1, {
    what: 'the account in the overview',
  });
  await page.reload();
  await page.getByRole('heading', { name: 'Nothing is synced yet' }).waitFor();
  await look('first-run');

  await page.getByRole('button', { name: 'Sync now' }).click();
  await askUntil(page, page.getByText('30 contacts, each with a first event'));
  await look('first-sync');

  await clock.set(NOW);
  await google.control('PATCH', '/control/persons/cfirst4', {
    phoneNumbers: [{ value: '+33 1 99 00 45 78', type: 'mobile' }],
  });
  await api('POST', '/api/sync');
  const change = page.getByRole('region', { name: 'Your change arrived' });
  await askUntil(page, change.locator('.diff mark').first());
  // The page looks at its clock once a second.
  await page.getByText('last answer 0 s ago').waitFor();
  await look('first-change');
}

/** By a clock that stands still nothing that the page has seen is ever old: it is moved, and the page looked at anew. */
async function askUntil(page: Page, shown: Locator): Promise<void> {
  let time = Date.parse(NOW);
  await waitFor(
    async () => {
      time += 5_000;
      await page.clock.setFixedTime(time);
      await page.evaluate(`window.dispatchEvent(new Event('visibilitychange'))`);
      return shown.isVisible();
    },
    { what: String(shown), everyMs: 300 },
  );
  await page.clock.setFixedTime(NOW);
}
