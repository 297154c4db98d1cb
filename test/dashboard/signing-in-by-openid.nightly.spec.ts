import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { type Browser, type Page } from 'playwright-core';

import { findFreePort } from '../../apps/local/src/free-port.js';
import { describeChromium, startChromium } from '../support/chromium.js';
import { violationsInEachLook } from '../support/dashboard.js';
import { OIDC_CLIENT, startOpenIdProvider, type TestOpenIdProvider } from '../support/open-id-provider.js';
import { startTestService, type TestService } from '../support/service.js';
import { openPage } from './open-page.js';

const TOKEN = 'ops-may-do-everything-0123456789';

describeChromium('Signing in to the page by OpenID Connect', () => {
  let provider: TestOpenIdProvider;
  let service: TestService;
  let browser: Browser;
  let url: string;
  let names: string[];
  beforeAll(async () => {
    // It warns of each default that is no good in production.
    for (const level of ['info', 'warn'] as const) jest.spyOn(console, level).mockReturnValue();
    const port = await findFreePort();
    // Another site than the provider's, so that browsers tell the two apart as they do in the field.
    url = `http://localhost:${port}`;
    provider = await startOpenIdProvider(
      { olga: ['sync-ops'], adam: ['sync-ops', 'sync-admins'], gus: [] },
      `${url}/api/session/oidc/callback`,
    );
    const variables = {
      API_TOKENS: `ops:operate+read+admin:${TOKEN}`,
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: OIDC_CLIENT.id,
      OIDC_CLIENT_SECRET: OIDC_CLIENT.secret,
      OIDC_SCOPES: 'sync-ops=operate,sync-admins=read+admin',
      PORT: String(port),
      PUBLIC_URL: url,
    };
    [service, browser] = await Promise.all([startTestService(variables, { persons: 5 }), startChromium()]);
    await call('POST', '/api/sync');
    const { items } = (await call('GET', '/api/contacts')).body as { items: { displayName: string }[] };
    names = items.map(({ displayName }) => displayName);
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await browser.close();
    await service.stop();
    await provider.stop();
  });

  const call: TestService['api'] = (method, path) =>
    service.api(method, path, undefined, { authorization: `Bearer ${TOKEN}` });
  /** Through the provider's own pages. */
  const signIn = async (page: Page, person: string): Promise<void> => {
    await page.getByRole('link', { name: 'Sign in with your organisation' }).click();
    await page.getByPlaceholder('Enter any login').fill(person);
    await page.getByPlaceholder('and password').fill('any');
    await page.getByRole('button', { name: 'Sign-in' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
  };

  it('shows whoever may operate, but not read, that contacts changed, and no name', async () => {
    const { page, faults, close } = await openPage(browser, url);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await violationsInEachLook(page)).toEqual([]);
    const answers: string[] = [];
    page.on('response', (response) => {
      if (response.url().includes('/api/') && !response.url().includes('stream'))
        void response.text().then(
          (text) => answers.push(text),
          () => undefined,
        );
    });
    await signIn(page, 'olga');

    await page.getByRole('heading', { name: 'The address book is fresh' }).waitFor();
    await page.locator('.feed .hid').first().waitFor();
    await page.goto(`${url}/contacts`);
    await page
      .getByRole('heading', { name: 'olga@example.org may operate, but not read contacts' })
      .waitFor();
    await page.locator('.list a').first().click();
    await page.getByText('1, oldest last').waitFor();
    const shown = await page.locator('body').innerText();
    for (const name of names) {
      expect(shown).not.toContain(name);
      expect(answers.join()).not.toContain(name);
    }
    expect(await page.evaluate('document.cookie')).toBe('');
    expect(faults).toEqual([]);
    await close();
  });

  it('shows names to whoever is in a group that may read, says who they are, and ends when they leave', async () => {
    const { page, faults, close } = await openPage(browser, `${url}/settings`);
    await signIn(page, 'adam');
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    await page.goto(`${url}/contacts`);
    await page
      .getByText(names[0] ?? '')
      .first()
      .waitFor();
    await page.goto(`${url}/settings`);
    await page.getByText('adam@example.org').first().waitFor();
    await page.locator('summary').last().click();
    await page.locator('details').getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it('says to whoever is in no such group what is missing', async () => {
    const { page, close } = await openPage(browser, url);
    await signIn(page, 'gus');
    await page.getByText(/signed in as gus@example\.org, but none of your groups/).waitFor();
    await close();
  });
});
