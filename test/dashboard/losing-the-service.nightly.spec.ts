import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Browser, type Page } from 'playwright-core';

import { type Call, callsTo } from '../support/call.js';
import { describeChromium, startChromium } from '../support/chromium.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type RunningService, startGoogle, startService, type TestGoogle } from '../support/service.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { waitFor } from '../support/wait-for.js';
import { openPage } from './open-page.js';

describeChromium('A page whose service is restarted', () => {
  let database: TestDatabase;
  let google: TestGoogle;
  let browser: Browser;
  let service: RunningService;
  const start = (port = '0') =>
    startService({ ...serviceEnvironment(database, google), PORT: port, SYNC_PAGE_SIZE: '10' });
  const restart = async (): Promise<void> => {
    const { port } = new URL(service.url);
    await service.stop();
    service = await start(port);
  };
  const api: Call = (...call) => callsTo(service.url)(...call);
  const sync = async (path = ''): Promise<{ lastPosition: string }> =>
    (await api('POST', `/api/sync${path}`)).body.run as { lastPosition: string };
  beforeAll(async () => {
    [database, google, browser] = await Promise.all([
      createTestDatabase(),
      startGoogle({ persons: 5 }),
      startChromium(),
    ]);
    service = await start();
    await sync();
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
    await Promise.all([database.drop(), google.stop()]);
  });

  it('says since when it is lost, keeps what it shows, and knows everything once it is back', async () => {
    const { page, faults, close } = await openPage(browser, service.url);
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('heading', { name: 'The address book is fresh' }).waitFor();

    await service.stop();
    await page.getByText(/^Reconnecting, as of/).waitFor();
    await page.getByRole('heading', { name: 'The address book is fresh' }).waitFor();
    await page.getByText('Not known while disconnected').waitFor();
    expect(await page.getByRole('button', { name: /^Sync .* now$/ }).count()).toBe(0);

    service = await start(new URL(service.url).port);
    const { id } = (await api('GET', '/api/accounts')).body.items[0];
    await api('PATCH', `/api/accounts/${String(id)}`, { paused: true });
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('row').getByText('Paused', { exact: true }).waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  const positionsOn = async (page: Page): Promise<number[]> =>
    (await page.locator('.evs tbody td:first-child').allTextContents()).map((text) =>
      Number(text.replaceAll(',', '')),
    );
  const downFrom = (end: number, count: number): number[] =>
    Array.from({ length: count }, (_, at) => end - at);

  it('goes on with the tail where it was: nothing is missed, and nothing is there twice', async () => {
    const { page, faults, close } = await openPage(browser, `${service.url}/events`);
    await page.locator('.evs a.name').first().waitFor();
    const before = (await positionsOn(page))[0] ?? 0;

    await google.control('POST', '/control/persons', { count: 3 });
    await sync();
    await restart();
    // Not seen by the page before the service was gone, or while it was coming back.
    await google.control('POST', '/control/persons', { count: 4 });
    const end = Number((await sync()).lastPosition);
    expect(end).toBe(before + 7);
    await waitFor(async () => (await positionsOn(page))[0] === end, { what: 'the newest event' });
    expect(await positionsOn(page)).toEqual(downFrom(end, end));
    expect(faults).toEqual([]);
    await close();
  });

  it('goes on with a run’s progress to its end', async () => {
    await google.control('PUT', '/control/accounts/demo', { persons: 60, seed: 4 });
    for (const number of [3, 4, 5])
      await google.control('POST', '/control/faults', {
        where: 'connections',
        when: { page: number },
        times: 5,
        fault: { kind: 'delay', ms: 1_500 },
      });
    const { body } = await api('POST', '/api/sync/full', undefined, { prefer: 'respond-async' });
    const { page, faults, close } = await openPage(browser, `${service.url}/runs/${body.id as string}`);
    await page.getByText(/page [2-4], /).waitFor();
    await restart();
    await page.getByText(/page [3-6], /).waitFor();
    await google.control('DELETE', '/control/faults');
    await page.locator('h1').getByText('Succeeded').waitFor();
    const { statistics } = (await api('GET', `/api/sync/runs/${body.id as string}`)).body as {
      statistics: { total_fetched: number };
    };
    expect(statistics.total_fetched).toBe(60);
    await page.getByRole('region', { name: 'Counts' }).getByText('60', { exact: true }).first().waitFor();
    expect(faults).toEqual([]);
    await close();
  });
});
