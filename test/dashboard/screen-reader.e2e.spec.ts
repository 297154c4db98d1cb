import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Browser } from 'playwright-core';

import { describeChromium, startChromium } from '../support/chromium.js';
import { API_TOKENS, AS_OPS, openDashboard } from '../support/dashboard.js';
import { startTestService, type TestService } from '../support/service.js';
import { waitFor } from '../support/wait-for.js';

describeChromium('Whoever hears the page', () => {
  let service: TestService;
  let browser: Browser;
  let runId: string;
  beforeAll(async () => {
    [service, browser] = await Promise.all([
      startTestService({ API_TOKENS }, { persons: 3 }),
      startChromium(),
    ]);
    const { body } = await service.api('POST', '/api/sync', undefined, AS_OPS);
    runId = body.run.id as string;
    await waitFor(
      async () =>
        (await service.api('GET', '/api/overview', undefined, AS_OPS)).body.stream.log.position === '3',
      { what: 'the overview to know of the sync' },
    );
  });
  afterAll(() => Promise.all([browser.close(), service.stop()]));

  const heard = async (path: string, heading: string): Promise<string> => {
    const { page } = await openDashboard(browser, service, path);
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    const tree = await page.locator('body').ariaSnapshot();
    await page.context().close();
    return tree;
  };

  it('hears of the overview', async () => {
    process.stderr.write(await heard('/', 'The address book is fresh'));
  });

  it('hears of a run', async () => {
    process.stderr.write(await heard(`/runs/${runId}`, 'Full sync of'));
    expect(1).toBe(1);
  });
});
