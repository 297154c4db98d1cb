import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Browser, type Page } from 'playwright-core';

import { describeChromium, startChromium } from '../support/chromium.js';
import { API_TOKENS, AS_OPS, openDashboard } from '../support/dashboard.js';
import { startTestService, type TestService } from '../support/service.js';

describeChromium('The address of a page', () => {
  let service: TestService;
  let browser: Browser;
  let accountId: string;
  let runId: string;
  let contactId: string;
  beforeAll(async () => {
    [service, browser] = await Promise.all([
      startTestService({ API_TOKENS }, { persons: 60 }),
      startChromium(),
    ]);
    const { run } = (await call('POST', '/api/sync')).body as { run: { id: string; accountId: string } };
    accountId = run.accountId;
    runId = run.id;
    contactId = (await call('GET', '/api/contacts?limit=1')).body.items[0].id as string;
  });
  afterAll(() => Promise.all([browser.close(), service.stop()]));

  const call: TestService['api'] = (method, path, body) => service.api(method, path, body, AS_OPS);
  const addressOf = (page: Page): string => page.url().slice(service.url.length);

  it('leads a colleague to each page as it is', async () => {
    const { page, complaints } = await openDashboard(browser, service, '/');
    const deepLinks: [string, () => Promise<void>][] = [
      ['/?health=fresh', () => page.getByRole('link', { name: /State is Fresh/ }).waitFor()],
      [`/accounts/${accountId}?show=people`, () => pressed('By people').waitFor()],
      [`/runs/${runId}`, () => page.getByRole('heading', { name: /^Full sync of/ }).waitFor()],
      [`/contacts?account=${accountId}&deleted=1`, () => pressed('Deleted too').waitFor()],
      [`/contacts/${contactId}`, () => page.getByText('1, oldest last').waitFor()],
      ['/events?type=ContactDeleted', () => page.getByText('Type is deleted').waitFor()],
      ['/events/7?raw=1', () => page.getByText('ce_position: 7').waitFor()],
      ['/trouble?kind=quarantine', () => page.getByRole('heading', { name: 'Nothing needs you' }).waitFor()],
      ['/settings', () => page.getByRole('heading', { name: 'API tokens' }).waitFor()],
      ['/settings/nothing', () => page.getByRole('heading', { level: 1 }).waitFor()],
    ];
    const pressed = (name: string) => page.getByRole('button', { name, pressed: true });
    for (const [address, isShown] of deepLinks) {
      await page.goto(`${service.url}${address}`);
      await isShown();
      expect(addressOf(page)).toBe(address);
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('brings back what was filtered and opened, on the way back and forward', async () => {
    const { page, complaints } = await openDashboard(browser, service, '/');
    const steps: [address: string, go: () => Promise<void>, isShown: () => Promise<void>][] = [
      [
        '/?health=fresh',
        () => page.getByRole('navigation', { name: 'Address books by state' }).getByText('Fresh').click(),
        () => page.getByRole('link', { name: /State is Fresh/ }).waitFor(),
      ],
      [
        '/?health=fresh&sort=name',
        () => page.getByRole('columnheader', { name: 'Account' }).getByRole('button').click(),
        () => page.getByText('Sorted by name').waitFor(),
      ],
      [
        `/accounts/${accountId}`,
        () => page.getByRole('table', { name: 'Accounts' }).getByRole('link').first().click(),
        () => page.getByRole('heading', { name: 'Everything that happened' }).waitFor(),
      ],
      [
        `/accounts/${accountId}?show=runs`,
        () => page.getByRole('button', { name: 'Runs', exact: true }).click(),
        () => page.getByRole('button', { name: 'Runs', exact: true, pressed: true }).waitFor(),
      ],
      [
        `/contacts?account=${accountId}`,
        async () => {
          await page.getByLabel('More', { exact: true }).click();
          await page.getByRole('link', { name: 'Show its contacts' }).click();
        },
        () => page.getByText('Account is').waitFor(),
      ],
      [
        `/contacts/${contactId}?account=${accountId}`,
        () => page.locator(`.list a[href*="${contactId}"]`).click(),
        () => page.getByText('1, oldest last').waitFor(),
      ],
      [
        '/events',
        () => page.getByRole('navigation', { name: 'Pages' }).getByText('Events').click(),
        () => page.getByText('Choose an event').waitFor(),
      ],
      [
        '/events?field=phoneNumbers',
        async () => {
          await page.getByText('Changed field is').click();
          await page.getByRole('link', { name: 'phone', exact: true }).click();
        },
        () => page.getByText('Changed field is phone').waitFor(),
      ],
    ];
    for (const [address, go, isShown] of steps) {
      await go();
      await isShown();
      expect(addressOf(page)).toBe(address);
    }
    for (const [address, , isShown] of steps.toReversed().slice(1)) {
      await page.goBack();
      await isShown();
      expect(addressOf(page)).toBe(address);
    }
    for (const [address, , isShown] of steps.slice(1)) {
      await page.goForward();
      await isShown();
      expect(addressOf(page)).toBe(address);
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('has no dialogs: going back leaves the page below it, and coming back opens none', async () => {
    const { page } = await openDashboard(browser, service, '/trouble');
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('button', { name: 'Connect an account' }).click();
    await page.getByRole('dialog').waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Nothing needs you' }).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.goForward();
    await page.getByRole('heading', { name: 'The address book is fresh' }).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.context().close();
  });
});
