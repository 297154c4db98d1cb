import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Browser, type Page } from 'playwright-core';

import { describeChromium, startChromium } from '../support/chromium.js';
import { startTestService, type TestService } from '../support/service.js';

describeChromium('A page works under its own policy', () => {
  let service: TestService;
  let browser: Browser;
  beforeAll(async () => {
    [service, browser] = await Promise.all([startTestService(), startChromium()]);
  });
  afterAll(() => Promise.all([browser.close(), service.stop()]));

  /** @returns what the policy kept it from, while it was opened and worked with */
  const refusalsOn = async (path: string, work: (page: Page) => Promise<unknown>): Promise<string[]> => {
    const page = await browser.newPage();
    const refusals: string[] = [];
    page.on('console', (message) => {
      if (/Content Security Policy|content-security-policy/.test(message.text()))
        refusals.push(message.text());
    });
    page.on('pageerror', (error) => refusals.push(error.message));
    await page.goto(`${service.url}${path}`);
    await work(page);
    await page.close();
    return refusals;
  };
  /** A page without its style is as wide as the window. */
  const width = async (page: Page) => (await page.locator('body').boundingBox())?.width;

  it('the one over the OpenAPI document, whose calls it makes', async () => {
    const refusals = await refusalsOn('/api/docs', async (page) => {
      await page.locator('#operations-health-HealthController_live').click();
      await page.getByRole('button', { name: 'Try it out' }).click();
      await page.getByRole('button', { name: 'Execute' }).click();
      await page.locator('.live-responses-table').getByText('"status": "ok"').first().waitFor();
    });
    expect(refusals).toEqual([]);
  });

  it('the one over the AsyncAPI document', async () => {
    const refusals = await refusalsOn('/api/asyncapi', async (page) => {
      await page.getByRole('heading', { name: 'Topics' }).waitFor();
      expect(await width(page)).toBeLessThan(1_100);
    });
    expect(refusals).toEqual([]);
  });

  it('the one of a connect link', async () => {
    const link = await service.api('POST', '/api/auth/google/links', {});
    const refusals = await refusalsOn(new URL(link.body.url).pathname, async (page) => {
      expect(await width(page)).toBeLessThan(1_100);
      await page.getByRole('button', { name: 'Continue to Google' }).click();
      await page.getByRole('heading', { name: 'Choose an account' }).waitFor();
    });
    expect(refusals).toEqual([]);
  });
});
