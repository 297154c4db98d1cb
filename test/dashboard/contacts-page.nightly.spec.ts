import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Browser, type Page } from 'playwright-core';

import { describeChromium, startChromium } from '../support/chromium.js';
import { API_TOKENS, AS_OPS, openDashboard, violationsInEachLook } from '../support/dashboard.js';
import { startTestService, type TestService } from '../support/service.js';
import { waitFor } from '../support/wait-for.js';

const NAME = 'Marcus Adeyemi';
const SCRIPT = '<img src=x onerror=alert(1)>';

describeChromium('The page of contacts', () => {
  let service: TestService;
  let browser: Browser;
  let marcus: string;

  beforeAll(async () => {
    [service, browser] = await Promise.all([startTestService({ API_TOKENS }), startChromium()]);
    const person = {
      names: [{ givenName: 'Marcus', familyName: 'Adeyemi', displayName: NAME }],
      organizations: [{ name: 'Halden Trading', title: 'Buyer' }],
      phoneNumbers: [{ value: '+44 20 7946 0127', type: 'work' }],
      urls: [{ value: 'javascript:alert(1)' }, { value: 'https://adeyemi.example' }],
      biographies: [{ value: 'Met at the 2024 fair in Lyon.' }],
    };
    const { body: made } = await service.google.control('POST', '/control/persons', person);
    const google = (made.resourceName as string).replace('people/', '');
    const others = [
      { names: [{ givenName: SCRIPT, displayName: SCRIPT }] },
      { names: [{ givenName: 'محمد', displayName: 'محمد بن عبد الله' }] },
      { names: [{ givenName: 'W'.repeat(300), displayName: 'W'.repeat(300) }] },
      {
        names: [{ givenName: 'Big', displayName: 'Big Biography' }],
        biographies: [{ value: 'Long. '.repeat(350_000) }],
      },
      { names: [{ givenName: 'Gone', displayName: 'Gone Marden' }] },
    ];
    for (const other of others) await service.google.control('POST', '/control/persons', other);
    await sync();
    await service.google.control('PATCH', `/control/persons/${google}`, {
      organizations: [{ name: 'Halden Trading', title: 'Senior buyer' }],
      biographies: [{ value: 'Met at the 2026 fair in Grenoble.' }],
    });
    const { items } = (await service.google.control('GET', '/control/persons?limit=500')).body;
    const gone = (items as { resourceName: string; names?: { displayName: string }[] }[]).find(
      ({ names }) => names?.[0]?.displayName === 'Gone Marden',
    );
    await service.google.control(
      'DELETE',
      `/control/persons/${gone?.resourceName.replace('people/', '') ?? ''}`,
    );
    await sync();
    marcus = (await found(NAME))[0]?.id ?? '';
  });
  afterAll(() => Promise.all([browser.close(), service.stop()]));

  const sync = () => service.api('POST', '/api/sync', undefined, AS_OPS);
  const found = async (q: string): Promise<{ id: string }[]> =>
    (await service.api('POST', '/api/contacts/search', { q, includeDeleted: true }, AS_OPS)).body.items as {
      id: string;
    }[];
  const search = (page: Page) => page.getByLabel('Search contacts');
  const rows = (page: Page) => page.locator('.list a');
  const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();

  it('finds who is searched for, and keeps what was typed out of the address and the storage of the browser', async () => {
    const { page, complaints } = await openDashboard(browser, service, '/contacts');
    await search(page).fill('mar');
    await page.locator('.list mark').first().waitFor();
    expect(await page.locator('.list mark').allTextContents()).toContain('Mar');
    await rows(page).filter({ hasText: 'Adeyemi' }).click();
    await heading(page, NAME);

    expect(new URL(page.url()).pathname).toBe(`/contacts/${marcus}`);
    const kept = await page.evaluate<string>('JSON.stringify([location.href, localStorage, sessionStorage])');
    expect(kept).not.toMatch(/mar|adeyemi/i);

    await page.goBack();
    await page.goForward();
    await heading(page, NAME);
    expect(await search(page).inputValue()).toBe('mar');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('shows deleted contacts, struck through, only where they are asked for', async () => {
    const { page } = await openDashboard(browser, service, '/contacts');
    await search(page).fill('marden');
    await page.getByText('No contact matches').waitFor();
    await page.getByRole('button', { name: 'Search deleted ones too' }).click();
    await page.locator('.list .gone').waitFor();
    expect(page.url()).toContain('deleted=1');
    await page.context().close();
  });

  it('shows how a contact was then, by keys and by link, and marks what differs from now', async () => {
    const { page } = await openDashboard(browser, service, `/contacts/${marcus}`);
    await page.getByText('2, oldest last').waitFor();
    await page.keyboard.press('[');
    await page.getByText('What differs from now is marked.').waitFor();
    expect(new URL(page.url()).search).toBe('?v=1');
    await waitFor(
      async () => (await page.locator('.then').allTextContents()).includes('Met at the 2024 fair in Lyon.'),
      {
        what: 'the notes as they were',
      },
    );
    expect((await page.locator('.then').allTextContents()).join()).toContain('Buyer');
    expect((await page.locator('.then').allTextContents()).join()).not.toContain('7946');

    await page.reload();
    await page.getByText('Version 1, of').waitFor();
    await page.keyboard.press(']');
    await page.getByText('Version 1, of').waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toBe('');
    await page.context().close();
  });

  it('shows how it was at a time: by the address that a colleague got, by the line, and by a date', async () => {
    const { items } = (await service.api('GET', `/api/contacts/${marcus}/history`, undefined, AS_OPS))
      .body as {
      items: { recordedAt: string }[];
    };
    const between = new Date(Date.parse(items[1]?.recordedAt ?? '') - 1).toISOString();
    const { page, complaints } = await openDashboard(
      browser,
      service,
      `/contacts/${marcus}?asOf=${encodeURIComponent(between)}`,
    );
    const isVersion1 = async () => {
      await page.getByText('Version 1, of').waitFor();
      await page.locator('.then').getByText('Met at the 2024 fair in Lyon.').waitFor();
    };
    const backToNow = async () => {
      await page.getByRole('button', { name: 'Back to now' }).click();
      await page.getByText('Version 1, of').waitFor({ state: 'detached' });
      expect(new URL(page.url()).search).toBe('');
    };
    await isVersion1();
    await backToNow();

    const line = page.getByLabel('As of', { exact: true });
    await line.focus();
    await page.keyboard.press('ArrowLeft');
    await isVersion1();
    expect(await line.getAttribute('aria-valuetext')).toBe('version 1 of 2');
    await backToNow();
    await line.click({ position: { x: 6, y: 8 } });
    await isVersion1();
    await backToNow();

    await page.getByLabel('Date and time').fill('2020-01-01T00:00');
    await isVersion1();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('reads before and after aloud, word by word', async () => {
    const { page } = await openDashboard(browser, service, `/contacts/${marcus}`);
    const notes = page
      .locator('.versions dl.diff')
      .getByText('Notes')
      .locator('xpath=following-sibling::dd[1]');
    await notes.waitFor();
    expect(await notes.locator('del').textContent()).toBe('was Met at the 2024 fair in Lyon.');
    expect(await notes.locator('ins').textContent()).toBe('now Met at the 2026 fair in Grenoble.');
    expect(await notes.locator('ins mark').allTextContents()).toEqual(['2026', 'Grenoble']);
    await page.context().close();
  });

  it('takes every text of Google’s for text', async () => {
    const [contact] = await found('onerror');
    const { page, complaints } = await openDashboard(browser, service, `/contacts/${contact?.id ?? ''}`);
    let dialogs = 0;
    page.on('dialog', (dialog) => {
      dialogs++;
      void dialog.dismiss();
    });
    await heading(page, SCRIPT);
    expect(await page.locator('main img').count()).toBe(0);

    await page.goto(`${service.url}/contacts/${marcus}`);
    await page.getByText('javascript:alert(1)').waitFor();
    expect(await page.locator('main a[href^="javascript"]').count()).toBe(0);
    expect(await page.getByRole('link', { name: 'https://adeyemi.example' }).getAttribute('href')).toBe(
      'https://adeyemi.example',
    );
    expect(dialogs).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('stays as wide as its window with a name of 300 letters, and shows the begin of a biography of 2 MB', async () => {
    for (const name of ['Big Biography', 'W'.repeat(300)]) {
      const [contact] = await found(name.slice(0, 100));
      const { page } = await openDashboard(browser, service, `/contacts/${contact?.id ?? ''}`, {
        viewport: { width: 390, height: 900 },
      });
      await heading(page, name);
      const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      expect(overflow).toBe(0);
      if (name === 'Big Biography') {
        await page.getByRole('button', { name: /Show more of 2,/ }).waitFor();
        expect((await page.locator('main').innerText()).length).toBeLessThan(10_000);
      }
      await page.context().close();
    }
  });

  it('shows whoever may not read contacts no name and no value, and opens a contact by its id', async () => {
    const { page, complaints } = await openDashboard(browser, service, '/contacts', { as: 'night-shift' });
    await page.getByText('may operate, but not read contacts').waitFor();
    await rows(page).first().waitFor();
    await page.getByLabel('Open a contact by its id').fill(marcus);
    await page.keyboard.press('Enter');
    await page.getByText('organisation, notes').waitFor();
    expect(await page.content()).not.toMatch(/Adeyemi|Halden|7946|Grenoble/);
    expect(complaints).toEqual([]);
    expect(await violationsInEachLook(page)).toEqual([]);
    await page.context().close();
  });

  it('has nothing that an automatic check of accessibility finds', async () => {
    const { page } = await openDashboard(browser, service, `/contacts/${marcus}?v=1`);
    await page.getByText('What differs from now is marked.').waitFor();
    expect(await violationsInEachLook(page)).toEqual([]);
    await page.context().close();
  });
});
