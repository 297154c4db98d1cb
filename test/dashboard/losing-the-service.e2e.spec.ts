import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Browser } from 'playwright-core';

import { type RunningService, startService } from '../../apps/contact-sync/src/service.js';
import { callsTo } from '../support/call.js';
import { describeChromium, startChromium } from '../support/chromium.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { startGoogle, type TestGoogle } from '../support/service.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { openPage } from './open-page.js';

describeChromium('A page whose service is restarted', () => {
  let database: TestDatabase;
  let google: TestGoogle;
  let browser: Browser;
  let service: RunningService;
  const start = (port = '0') => startService({ ...serviceEnvironment(database, google), PORT: port });
  beforeAll(async () => {
    [database, google, browser] = await Promise.all([
      createTestDatabase(),
      startGoogle({ persons: 5 }),
      startChromium(),
    ]);
    service = await start();
    await callsTo(service.url)('POST', '/api/sync');
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
    const call = callsTo(service.url);
    const { id } = (await call('GET', '/api/accounts')).body.items[0];
    await call('PATCH', `/api/accounts/${String(id)}`, { paused: true });
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('row').getByText('Paused', { exact: true }).waitFor();
    expect(faults).toEqual([]);
    await close();
  });
});
