import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Browser, type Page } from 'playwright-core';

import { describeChromium, startChromium } from '../support/chromium.js';
import { API_TOKENS, AS_OPS, openDashboard } from '../support/dashboard.js';
import { startTestService, type TestService } from '../support/service.js';
import { waitFor } from '../support/wait-for.js';

/** More stops than any page has before what is looked for. */
const MOST_STOPS = 80;

/** What has the focus: what it is called, and whether one sees that it has it. */
const FOCUSED = `(() => {
  const element = document.activeElement;
  const name = element.getAttribute('aria-label') ?? element.labels?.[0]?.innerText ?? element.innerText ?? '';
  const marked = [element, element.closest('.field')].filter((one) => one !== null);
  const isSeen = marked.some((one) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(one);
    return outlineStyle !== 'none' && parseFloat(outlineWidth) > 0;
  });
  const tag = element.tagName.toLowerCase();
  return { tag, name: name.trim(), isSeen };
})()`;

interface Focused {
  readonly tag: string;
  readonly name: string;
  readonly isSeen: boolean;
}

describeChromium('The keyboard alone is enough', () => {
  let service: TestService;
  let browser: Browser;
  let accountId: string;
  beforeAll(async () => {
    [service, browser] = await Promise.all([
      startTestService({ API_TOKENS, DELETION_GUARD: '20%,5' }, { persons: 20 }),
      startChromium(),
    ]);
    const ada = { names: [{ givenName: 'Ada', familyName: 'Lovelace', displayName: 'Ada Lovelace' }] };
    const { body } = await service.google.control('POST', '/control/persons', ada);
    accountId = (await call('POST', '/api/sync')).body.run.accountId as string;
    const person = (body.resourceName as string).replace('people/', '');
    await service.google.control('PATCH', `/control/persons/${person}`, {
      nicknames: [{ value: 'Countess' }],
    });
    await call('POST', '/api/sync');
  });
  afterAll(() => Promise.all([browser.close(), service.stop()]));

  const call: TestService['api'] = (method, path, body) => service.api(method, path, body, AS_OPS);
  const focused = (page: Page) => page.evaluate<Focused>(FOCUSED);
  /** Goes on until what is called so has the focus; on the way it is never lost, and always seen. */
  const tabTo = async (page: Page, name: RegExp): Promise<void> => {
    const stops: string[] = [];
    for (let stop = 0; stop < MOST_STOPS; stop++) {
      await page.keyboard.press('Tab');
      const at = await focused(page);
      // Behind the last one comes the browser itself.
      if (at.tag === 'body') continue;
      expect(at).toMatchObject({ isSeen: true });
      if (name.test(at.name)) return;
      stops.push(at.name);
    }
    throw new Error(`Nothing with the focus is called ${String(name)}; these were: ${stops.join(', ')}`);
  };
  const isNotLost = async (page: Page): Promise<void> => {
    expect((await focused(page)).tag).not.toBe('body');
  };

  it('to sync an account from the overview, and from its page by a letter', async () => {
    const { page, complaints } = await openDashboard(browser, service, '/');
    await page.getByRole('heading', { name: 'The address book is fresh' }).waitFor();
    await tabTo(page, /^Sync .* now$/);
    const runs = async () => ((await call('GET', '/api/sync/runs')).body.items as unknown[]).length;
    const before = await runs();
    await page.keyboard.press('Enter');
    await waitFor(async () => (await runs()) === before + 1, { what: 'the run' });
    await page.getByRole('button', { name: /^Sync .* now$/ }).waitFor();
    expect((await focused(page)).name).toMatch(/^Sync .* now$/);

    await page.goto(`${service.url}/accounts/${accountId}`);
    await page.getByRole('heading', { name: 'Everything that happened' }).waitFor();
    await page.keyboard.press('s');
    await waitFor(async () => (await runs()) === before + 2, { what: 'the other run' });
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('to find a contact, open it and its versions, and go back to the list', async () => {
    const { page, complaints } = await openDashboard(browser, service, '/');
    await page.getByRole('heading', { name: 'The address book is fresh' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await page.getByText('latest change first').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('lovelace');
    await page.locator('.list mark').first().waitFor();
    await tabTo(page, /^Ada Lovelace/);
    await page.keyboard.press('Enter');
    await page.getByText('2, oldest last').waitFor();
    expect(await focused(page)).toMatchObject({ tag: 'section', name: 'Contact', isSeen: true });

    await tabTo(page, /^Version 1/);
    await page.keyboard.press('Enter');
    await page.getByText('Version 1, of').waitFor();
    await isNotLost(page);
    await page.keyboard.press(']');
    await page.getByText('Version 1, of').waitFor({ state: 'detached' });

    await page.keyboard.press('Escape');
    await page.getByText('Choose a contact').waitFor();
    expect((await focused(page)).name).toMatch(/^Ada Lovelace/);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('to pause an account and resume it', async () => {
    const { page } = await openDashboard(browser, service, `/accounts/${accountId}`);
    await page.getByRole('heading', { name: 'Everything that happened' }).waitFor();
    await tabTo(page, /^Pause$/);
    await page.keyboard.press('Enter');
    await page.locator('h1').getByText('Paused').waitFor();
    expect((await focused(page)).name).toBe('Resume');
    await page.keyboard.press(' ');
    await page.locator('h1').getByText('Fresh').waitFor();
    expect((await focused(page)).name).toBe('Pause');
    await page.context().close();
  });

  it('to approve deletions that wait, from the button to what came of them', async () => {
    const { items } = (await service.google.control('GET', '/control/persons')).body as {
      items: { resourceName: string }[];
    };
    for (const { resourceName } of items.slice(0, 8))
      await service.google.control('DELETE', `/control/persons/${resourceName.replace('people/', '')}`);
    await service.google.control('POST', '/control/sync-tokens/expire', {});
    const { run } = (await call('POST', '/api/sync/full')).body as { run: { id: string } };
    const { page, complaints } = await openDashboard(browser, service, `/runs/${run.id}`);
    await page.getByRole('heading', { name: /missing from Google’s list/ }).waitFor();

    await tabTo(page, /^Approve 8 deletions…$/);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    expect((await focused(page)).name).toBe('Not now');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect((await focused(page)).name).toBe('Approve 8 deletions…');

    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await tabTo(page, /^Delete 8 contacts$/);
    await page.keyboard.press('Enter');
    await page.getByText('8 contacts deleted').waitFor();
    await page.locator('h1').getByText('Succeeded').waitFor();
    await isNotLost(page);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('to erase an account, by words that are typed', async () => {
    const { page, complaints } = await openDashboard(browser, service, `/accounts/${accountId}`);
    await page.getByRole('heading', { name: 'Everything that happened' }).waitFor();
    await tabTo(page, /^More$/);
    await page.keyboard.press('Enter');
    await tabTo(page, /^Erase…/);
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    expect(await focused(page)).toMatchObject({ tag: 'input', isSeen: true });
    await page.keyboard.press('Enter');
    await page.keyboard.type('erase demo');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Nothing is connected yet' }).waitFor();
    await isNotLost(page);
    // It may be asked for once more while it goes away.
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
    await page.context().close();
  });
});
