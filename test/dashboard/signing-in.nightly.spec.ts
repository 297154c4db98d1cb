import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Browser } from 'playwright-core';

import { describeChromium, startChromium } from '../support/chromium.js';
import { startTestService, type TestService } from '../support/service.js';
import { openPage } from './open-page.js';

const ALL = 'a-token-with-every-scope';
const OPERATES = 'a-token-that-may-not-read';

describeChromium('Signing in to the page', () => {
  let service: TestService;
  let browser: Browser;
  beforeAll(async () => {
    [service, browser] = await Promise.all([
      startTestService({ API_TOKENS: `${ALL},night-shift:operate:${OPERATES}` }, { persons: 5 }),
      startChromium(),
    ]);
    await service.api('POST', '/api/sync', undefined, { authorization: `Bearer ${ALL}` });
  });
  afterAll(() => Promise.all([browser.close(), service.stop()]));

  it('takes a token once, says what is wrong with another one, and ends where one wants', async () => {
    const { page, faults, close } = await openPage(browser, `${service.url}/settings`);
    await page.getByLabel('Token', { exact: true }).fill('no-such-token');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('alert').getByText('does not know this token').waitFor();

    await page.getByLabel('Token', { exact: true }).fill(ALL);
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/settings');
    // No script can read it, and nothing is kept beside it.
    expect(
      await page.evaluate('({ cookie: document.cookie, kept: localStorage.length + sessionStorage.length })'),
    ).toEqual({ cookie: '', kept: 0 });

    await page.reload();
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    await page.locator('summary').last().click();
    await page.getByRole('group').getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Token', { exact: true }).waitFor();
    await page.reload();
    await page.getByLabel('Token', { exact: true }).waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it('without the scope read shows that something changed, and no name', async () => {
    const { body } = await service.api('GET', '/api/contacts', undefined, { authorization: `Bearer ${ALL}` });
    const names = (body.items as { displayName: string }[]).map(({ displayName }) => displayName);
    const { page, faults, close } = await openPage(browser, service.url);
    const answers: string[] = [];
    page.on('response', (response) => {
      if (response.url().includes('/api/'))
        void response.text().then(
          (text) => answers.push(text),
          () => undefined,
        );
    });
    await page.getByLabel('Token', { exact: true }).fill(OPERATES);
    await page.getByRole('button', { name: 'Go on' }).click();

    await page.locator('.feed .hid').first().waitFor();
    const shown = await page.locator('main').innerText();
    for (const name of names) {
      expect(shown).not.toContain(name);
      expect(answers.join()).not.toContain(name);
    }
    expect(await page.getByRole('button', { name: 'Connect an account' }).count()).toBe(0);
    expect(faults).toEqual([]);
    await close();
  });
});
