import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Browser } from 'playwright-core';

import { describeChromium, startChromium } from '../support/chromium.js';
import { API_TOKENS, openDashboard, violationsInEachLook } from '../support/dashboard.js';
import { startTestService, type TestService } from '../support/service.js';

describeChromium('The page of settings', () => {
  let service: TestService;
  let browser: Browser;
  beforeAll(async () => {
    [service, browser] = await Promise.all([startTestService({ API_TOKENS }), startChromium()]);
  });
  afterAll(() => Promise.all([browser.close(), service.stop()]));

  const statusWith = async (token: string): Promise<number> =>
    (await service.api('GET', '/api/events', undefined, { authorization: `Bearer ${token}` })).status;

  it('issues a token, shows it this once, and revokes it', async () => {
    const { page, complaints } = await openDashboard(browser, service, '/settings');
    await page.getByRole('button', { name: 'Issue a token…' }).click();
    await page.getByLabel('Name').fill('crm');
    expect(await violationsInEachLook(page)).toEqual([]);
    await page.getByRole('button', { name: 'Issue', exact: true }).click();
    const token = (await page.locator('dialog pre').textContent()) ?? '';
    expect(token).toMatch(/^cst_/);
    expect(await statusWith(token)).toBe(200);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('cell', { name: 'crm by ops' }).waitFor();
    expect(await page.content()).not.toContain(token);
    expect(await page.evaluate<string>('JSON.stringify([localStorage, sessionStorage])')).not.toContain(
      'cst_',
    );

    await page.setViewportSize({ width: 1440, height: 900 });
    await page.getByRole('button', { name: 'Revoke crm' }).click();
    await page.getByRole('button', { name: 'Revoke', exact: true }).click();
    await page.getByText('No token is issued yet').waitFor();
    expect(await statusWith(token)).toBe(401);
    expect(await violationsInEachLook(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('says who one is, and has no tokens for whoever may not issue any', async () => {
    const { page } = await openDashboard(browser, service, '/settings', { as: 'night-shift' });
    await page.getByRole('heading', { name: 'This session' }).waitFor();
    await page.getByText('night-shift').first().waitFor();
    expect(await page.getByText('API tokens').count()).toBe(0);
    await page.context().close();
  });
});
