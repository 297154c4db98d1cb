import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';

import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type Browser, type Page } from 'playwright-core';

import { findFreePort } from '../../apps/local/src/free-port.js';
import { describeChromium, startChromium } from '../support/chromium.js';
import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';

describeChromium('A connect link in a browser', () => {
  let service: TestService;
  let product: Server;
  let home: string;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    product = createServer((_, response) => {
      response.end('Welcome back');
    });
    await new Promise<void>((listening) => product.listen(0, '127.0.0.1', listening));
    home = `http://localhost:${(product.address() as AddressInfo).port}/connected`;
    const port = await findFreePort();
    const publicUrl = `http://127.0.0.1:${port}`;
    const callback = `${publicUrl}/api/auth/google/callback`;
    service = await startTestService(
      {
        GOOGLE_REFRESH_TOKEN: '',
        PORT: String(port),
        PUBLIC_URL: publicUrl,
        RETURN_URLS: new URL(home).origin,
      },
      { persons: 3, clients: [{ id: 'client', secret: 'secret', redirectUris: [callback] }] },
    );
    browser = await startChromium();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await service.stop();
    product.close();
  });
  beforeEach(async () => {
    page = await (await browser.newContext()).newPage();
  });
  afterEach(() => page.context().close());

  const linkFor = async (draft: object): Promise<string> => {
    const { status, body } = await service.api('POST', '/api/auth/google/links', draft);
    expect(status).toBe(201);
    return String(body.url);
  };
  /** Opens the link, and presses its button. */
  const toGoogle = async (link: string): Promise<void> => {
    await page.goto(link);
    await page.getByRole('button', { name: 'Continue to Google' }).click();
    await page.getByRole('heading', { name: 'Choose an account' }).waitFor();
  };
  const consent = () => page.getByRole('button', { name: 'demo@example.com' }).click();
  const told = async (): Promise<string> => (await page.locator('body').innerText()).replace(/\s+/g, ' ');

  it('leads a person through the consent, and back to the product with the id of the account', async () => {
    await toGoogle(await linkFor({ reference: 'tenant-42/user-7', returnUrl: home }));
    await consent();
    await page.waitForURL(`${home}?**`);

    const { items } = (await service.api('GET', '/api/accounts')).body;
    expect(items).toMatchObject([{ reference: 'tenant-42/user-7', email: 'demo@example.com' }]);
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
      outcome: 'connected',
      accountId: items[0].id,
    });
    expect(await told()).toBe('Welcome back');
    // The secret of the sign-in is for the service's callback alone.
    expect((await page.context().cookies(home)).map(({ name }) => name)).toEqual([]);
  });

  it('tells who refuses, at the product or on a page', async () => {
    await toGoogle(await linkFor({ returnUrl: home }));
    await page.getByRole('button', { name: 'Refuse' }).click();
    await page.waitForURL(`${home}?**`);
    expect(new URL(page.url()).search).toBe('?outcome=refused');

    await toGoogle(await linkFor({}));
    await page.getByRole('button', { name: 'Refuse' }).click();
    await page.getByRole('heading', { name: 'Not connected' }).waitFor();
    expect(await told()).toContain('Open your link again to try once more.');
  });

  it('that is used up, late or unknown ends on a page that says what to do', async () => {
    const used = await linkFor({});
    await toGoogle(used);
    await consent();
    await page.getByRole('heading', { name: 'Connected' }).waitFor();
    await page.goto(used);
    expect(await told()).toMatch(/^Not connected .*has been used.*ask for a new link/);

    const late = await linkFor({});
    await sql(service.database, `update connect_links set expires_at = now() - interval '1 minute'`);
    await page.goto(late);
    expect(await told()).toMatch(/^Not connected .*older than 24 hours.*Ask for a new one/);

    await page.goto(`${late}x`);
    expect(await told()).toMatch(/^Not connected .*not known.*Ask for a new one/);
  });

  it('may not lead back to a page that the operator has not named', async () => {
    const returnUrl = 'https://evil.example/';
    const { status, body } = await service.api('POST', '/api/auth/google/links', { returnUrl });
    expect([status, body.code]).toEqual([400, 'return-url-not-allowed']);
  });

  it('ends in the browser in which it began', async () => {
    await toGoogle(await linkFor({}));
    const asked = page.waitForRequest('**/api/auth/google/callback**');
    await page.route('**/api/auth/google/callback**', (route) => route.abort());
    await consent();
    const answer = (await asked).url();
    const other = await (await browser.newContext()).newPage();
    await other.goto(answer);
    expect(await other.locator('body').innerText()).toMatch(/This browser did not begin this sign-in/);
    await other.context().close();
  });
});
