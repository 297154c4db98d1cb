import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Browser } from 'playwright-core';

import { describeChromium, startChromium } from '../support/chromium.js';
import { startTestService, type TestService } from '../support/service.js';
import { openPage } from './open-page.js';

describeChromium('A page that loses the service', () => {
  let service: TestService;
  let browser: Browser;
  beforeAll(async () => {
    [service, browser] = await Promise.all([startTestService({}, { persons: 5 }), startChromium()]);
    await service.api('POST', '/api/sync');
  });
  afterAll(() => Promise.all([browser.close(), service.stop()]));

  it('says since when, keeps what it shows, and knows everything once it is back', async () => {
    const { page, faults, close } = await openPage(browser, service.url);
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('heading', { name: 'The address book is fresh' }).waitFor();

    await page.context().setOffline(true);
    await page.getByText(/^Reconnecting, as of/).waitFor();
    await page.getByRole('heading', { name: 'The address book is fresh' }).waitFor();
    await page.getByText('Not known while disconnected').waitFor();
    expect(await page.getByRole('button', { name: /^Sync .* now$/ }).count()).toBe(0);

    const { id } = (await service.api('GET', '/api/accounts')).body.items[0];
    await service.api('PATCH', `/api/accounts/${String(id)}`, { paused: true });
    await page.context().setOffline(false);
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('row').getByText('Paused').first().waitFor();
    expect(faults).toEqual([]);
    await close();
  });
});
