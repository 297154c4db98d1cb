import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Browser, type Page } from 'playwright-core';

import { describeChromium, startChromium } from '../support/chromium.js';
import { API_TOKENS, AS_OPS, openDashboard, violationsInEachLook } from '../support/dashboard.js';
import { startTestService, type TestService } from '../support/service.js';

describeChromium('The search of the bar', () => {
  let service: TestService;
  let browser: Browser;
  let accountId: string;
  let contactId: string;
  beforeAll(async () => {
    [service, browser] = await Promise.all([startTestService({ API_TOKENS }), startChromium()]);
    for (const displayName of ['Demona Adeyemi', 'Grace Hopper'])
      await service.google.control('POST', '/control/persons', {
        names: [{ displayName, givenName: displayName }],
        organizations: [{ name: 'Halden Trading' }],
      });
    accountId = (await call('POST', '/api/sync')).body.run.accountId as string;
    contactId = (await call('POST', '/api/contacts/search', { q: 'Demona' })).body.items[0].id as string;
  });
  afterAll(() => Promise.all([browser.close(), service.stop()]));

  const call: TestService['api'] = (method, path, body) => service.api(method, path, body, AS_OPS);
  const open = async (as: 'ops' | 'night-shift' = 'ops', width = 1440) => {
    const opened = await openDashboard(browser, service, '/trouble', {
      as,
      viewport: { width, height: 900 },
    });
    const asked: string[] = [];
    opened.page.on('request', (request) => asked.push(request.url()));
    await opened.page.getByRole('heading', { name: 'Nothing needs you' }).waitFor();
    return { ...opened, asked };
  };
  const field = (page: Page) => page.getByRole('combobox', { name: /^Find/ });
  const options = (page: Page) => page.getByRole('listbox', { name: 'Found' }).getByRole('option');
  /** What a reader is at, in the list. */
  const current = (page: Page) =>
    page.evaluate<string | undefined>(
      "document.getElementById(document.activeElement.getAttribute('aria-activedescendant') ?? '')?.innerText",
    );
  const pathOf = (page: Page): string => new URL(page.url()).pathname;

  it('suggests accounts and contacts that are called so while one types, and puts what is typed into no address', async () => {
    const { page, complaints, asked } = await open();
    await field(page).fill('demo');
    await options(page).filter({ hasText: 'Demona' }).waitFor();

    expect((await options(page).allInnerTexts()).map((text) => text.split('\n'))).toEqual([
      ['default', 'account', 'demo@example.com'],
      ['Demona Adeyemi', 'contact', 'Halden Trading'],
      ['Search all contacts for demo'],
    ]);
    expect(await options(page).locator('mark').allInnerTexts()).toEqual(['demo', 'Demo']);
    await options(page).filter({ hasText: 'Demona' }).click();
    await page.getByRole('heading', { level: 1, name: 'Demona Adeyemi' }).waitFor();

    expect(pathOf(page)).toBe(`/contacts/${contactId}`);
    expect(await page.getByLabel('Search contacts').inputValue()).toBe('demo');
    expect(asked.filter((url) => /demo/i.test(url))).toEqual([]);
    const kept = await page.evaluate<string>('JSON.stringify([location.href, localStorage, sessionStorage])');
    expect(kept).not.toMatch(/demo/i);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('is gone through by the arrows, taken by Enter and left by Escape', async () => {
    const { page, complaints } = await open();
    await page.keyboard.press('/');
    await page.keyboard.type('demo');
    await options(page).filter({ hasText: 'Demona' }).waitFor();
    expect(await field(page).getAttribute('aria-expanded')).toBe('true');
    expect(await current(page)).toBeUndefined();

    await page.keyboard.press('ArrowDown');
    expect(await current(page)).toMatch(/^default/);
    expect(await options(page).and(page.locator('[aria-selected=true]')).innerText()).toMatch(/^default/);
    await page.keyboard.press('ArrowUp');
    expect(await current(page)).toBeUndefined();
    await page.keyboard.press('ArrowUp');
    expect(await current(page)).toBe('Search all contacts for demo');

    await page.keyboard.press('Escape');
    await options(page).first().waitFor({ state: 'detached' });
    expect(await field(page).getAttribute('aria-expanded')).toBe('false');
    expect(await field(page).inputValue()).toBe('demo');
    await page.keyboard.press('ArrowDown');
    await options(page).first().waitFor();

    await field(page).fill('default');
    await options(page).filter({ hasText: 'account' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Everything that happened' }).waitFor();
    expect(pathOf(page)).toBe(`/accounts/${accountId}`);
    expect(await field(page).inputValue()).toBe('');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('searches all contacts where nothing is chosen', async () => {
    const { page } = await open();
    await field(page).fill('hopper');
    await options(page).filter({ hasText: 'Grace' }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.list mark').getByText('Hopper').waitFor();
    expect(pathOf(page)).toBe('/contacts');
    await page.context().close();
  });

  it('suggests accounts alone to whoever may not read contacts', async () => {
    const { page, complaints, asked } = await open('night-shift');
    expect(await field(page).getAttribute('placeholder')).toBe('Find an account');
    await field(page).fill('demo');
    await options(page).first().waitFor();
    expect(await options(page).count()).toBe(1);
    expect(asked.filter((url) => url.includes('/api/contacts'))).toEqual([]);

    await page.keyboard.press('Enter');
    expect(pathOf(page)).toBe('/trouble');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Everything that happened' }).waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('has nothing that an automatic check of accessibility finds, and stays within the narrowest bar that has it', async () => {
    const { page } = await open('ops', 1001);
    await field(page).fill('demo');
    await options(page).filter({ hasText: 'Demona' }).waitFor();
    await page.keyboard.press('ArrowDown');
    const { left, right, width } = await page.evaluate<{ left: number; right: number; width: number }>(
      "(() => { const { left, right } = document.querySelector('.found').getBoundingClientRect(); return { left, right, width: document.documentElement.scrollWidth }; })()",
    );
    expect(left).toBeGreaterThanOrEqual(0);
    expect(right).toBeLessThanOrEqual(1001);
    expect(width).toBeLessThanOrEqual(1001);
    expect(await violationsInEachLook(page)).toEqual([]);
    await page.context().close();
  });
});
