import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Browser } from 'playwright-core';

import { describeChromium, startChromium } from '../support/chromium.js';
import { startTestService, type TestService } from '../support/service.js';
import { openPage } from './open-page.js';

describeChromium('Somebody who sees the page for the first time', () => {
  let service: TestService;
  let browser: Browser;
  beforeAll(async () => {
    [service, browser] = await Promise.all([startTestService({}, { persons: 30 }), startChromium()]);
  });
  afterAll(() => Promise.all([browser.close(), service.stop()]));

  it('is led from the first sync to the first change, and then sees how everything stands', async () => {
    const { page, faults, close } = await openPage(browser, service.url);
    await page.getByRole('heading', { name: 'Nothing is synced yet' }).waitFor();
    expect(await page.getByRole('button', { name: 'Change a person' }).isDisabled()).toBe(true);

    await page.getByRole('button', { name: 'Sync now' }).click();
    await page.getByText('30 contacts, each with a first event').waitFor();
    await page.getByRole('button', { name: 'Change a person' }).click();
    await page.getByRole('heading', { name: 'A person was changed in Google' }).waitFor();
    await page.getByRole('button', { name: 'Sync again' }).click();

    const arrived = page.getByRole('region', { name: 'Your change arrived' });
    // Whatever it was: what is new is marked.
    await arrived.locator('.diff mark').first().waitFor();
    await page.getByRole('heading', { name: 'The address book is fresh' }).waitFor();
    await arrived.getByRole('button', { name: 'Hide this' }).click();
    await arrived.waitFor({ state: 'detached' });
    expect(faults).toEqual([]);
    await close();
  });
});
