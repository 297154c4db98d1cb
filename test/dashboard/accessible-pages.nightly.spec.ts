import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Browser } from 'playwright-core';

import { describeChromium, startChromium } from '../support/chromium.js';
import {
  API_TOKENS,
  AS_OPS,
  openDashboard,
  type TOKENS,
  violationsInEachLook,
} from '../support/dashboard.js';
import { startTestService, type TestService } from '../support/service.js';
import { waitFor } from '../support/wait-for.js';

const PERSONS = 20;

describeChromium('An automatic check finds nothing against WCAG 2.2 AA, light, dark and narrow', () => {
  let service: TestService;
  let browser: Browser;
  const call: TestService['api'] = (method, path, body) => service.api(method, path, body, AS_OPS);
  beforeAll(async () => {
    [service, browser] = await Promise.all([
      startTestService({ API_TOKENS, DELETION_GUARD: '20%,5' }, { persons: PERSONS }),
      startChromium(),
    ]);
  });
  afterAll(() => Promise.all([browser.close(), service.stop()]));

  const check = async (
    path: string,
    heading: RegExp | string,
    begin?: string,
    as: keyof typeof TOKENS = 'ops',
  ): Promise<void> => {
    const { page, complaints } = await openDashboard(browser, service, path, { as });
    await page.getByRole('heading', { name: heading }).first().waitFor();
    if (begin !== undefined) {
      await page.getByRole('button', { name: begin, exact: true }).click();
      await page.getByRole('dialog').waitFor();
    }
    expect(await violationsInEachLook(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  };

  it('on the first run', () => check('/', 'Nothing is synced yet'));

  it('where there is nothing yet, and nothing at all', async () => {
    await check('/contacts', 'No contacts yet');
    await check('/events', 'No event yet');
    await check('/trouble', 'Nothing needs you');
    await check('/settings/nothing', /./);
  });

  it('on the overview, with what fits and with nothing, an account and a run, with their dialogs', async () => {
    const { body } = await call('POST', '/api/sync');
    await waitFor(async () => (await call('GET', '/api/overview')).body.stream.log.position !== '0', {
      what: 'the overview to know of the sync',
    });
    await check('/', 'The address book is fresh');
    await check('/', 'The address book is fresh', 'Connect an account');
    await check('/?q=nobody', 'No account matches');
    await check(`/accounts/${String(body.run.accountId)}`, /./);
    await check(`/accounts/${String(body.run.accountId)}`, /./, 'Change');
    await check(`/runs/${String(body.run.id)}`, /^Full sync of/);
  });

  it('on a run that holds deletions, and where it asks again', async () => {
    const { items } = (await service.google.control('GET', '/control/persons')).body as {
      items: { resourceName: string }[];
    };
    for (const { resourceName } of items.slice(0, 8))
      await service.google.control('DELETE', `/control/persons/${resourceName.replace('people/', '')}`);
    const { body } = await call('POST', '/api/sync/full');
    await check(`/runs/${String(body.run.id)}`, /missing from Google’s list/);
    await check(`/runs/${String(body.run.id)}`, /missing from Google’s list/, 'Approve 8 deletions…');
    await check(`/runs/${String(body.run.id)}`, /missing from Google’s list/, undefined, 'night-shift');
  });

  it('on trouble, and where whoever may not read contacts sees what is wrong with one', async () => {
    const fault = {
      kind: 'replace-person',
      persons: [JSON.stringify({ resourceName: 'people/odd', names: 7 })],
    };
    await service.google.control('POST', '/control/faults', { where: 'connections', fault });
    await call('POST', '/api/sync/full');
    await service.google.control('DELETE', '/control/faults');
    const { id } = (await call('GET', '/api/quarantine')).body.items[0];
    await check('/trouble', /need a person$/);
    await check('/trouble?kind=dead-letters', /need a person$/);
    await check(`/trouble/${String(id)}`, /was not understood$/);
    await check(`/trouble/${String(id)}`, /was not understood$/, undefined, 'night-shift');
    await check(`/trouble/${String(id)}`, /was not understood$/, 'Discard…', 'night-shift');
  });

  it('where a sign-in is needed, at Google and here', async () => {
    await service.google.control('POST', '/control/refresh-tokens/revoke');
    await service.google.control('POST', '/control/access-tokens/expire');
    await call('POST', '/api/sync');
    const { id } = (await call('GET', '/api/accounts')).body.items[0];
    await check(`/accounts/${String(id)}`, /^Google withdrew the sign-in/);
    const page = await (await browser.newContext()).newPage();
    await page.goto(service.url);
    await page.getByRole('heading', { name: 'This service asks for a token' }).waitFor();
    expect(await violationsInEachLook(page)).toEqual([]);
    await page.context().close();
  });
});
