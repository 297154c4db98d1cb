import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { type Browser, type Page } from 'playwright-core';

import { describeChromium, startChromium } from '../support/chromium.js';
import { API_TOKENS, AS_OPS, openDashboard, openTab } from '../support/dashboard.js';
import { startTestService, type TestService } from '../support/service.js';
import { waitFor } from '../support/wait-for.js';

const EDITS = 3;

describeChromium('What changes shows on pages that are open', () => {
  let service: TestService;
  let browser: Browser;
  let person: string;
  let contactId: string;
  let accountId: string;
  beforeAll(async () => {
    [service, browser] = await Promise.all([
      startTestService({ API_TOKENS, DELETION_GUARD: 'off' }, { persons: 10 }),
      startChromium(),
    ]);
    const { body } = await service.google.control('POST', '/control/persons', {
      names: [{ givenName: 'Grace', displayName: 'Grace Hopper the first' }],
    });
    person = `/control/persons/${(body.resourceName as string).replace('people/', '')}`;
    accountId = (await call('POST', '/api/sync')).body.run.accountId as string;
    contactId = (await call('POST', '/api/contacts/search', { q: 'Grace Hopper' })).body.items[0]
      .id as string;
  });
  afterAll(() => Promise.all([browser.close(), service.stop()]));
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

  const call: TestService['api'] = (method, path, body) => service.api(method, path, body, AS_OPS);
  const edit = async (phone: string): Promise<void> => {
    await service.google.control('PATCH', person, { phoneNumbers: [{ value: phone }] });
    await call('POST', '/api/sync');
  };
  const lastCommit = async (): Promise<number> => {
    const { items } = (await call('GET', `/api/contacts/${contactId}/history`)).body;
    return Date.parse((items as { recordedAt: string }[]).at(-1)?.recordedAt ?? '');
  };
  /** @returns when the text was there, by the clock that the service has too */
  const shownAt = async (page: Page, selector: string, text: string): Promise<number> => {
    const isShown = `[...document.querySelectorAll(${JSON.stringify(selector)})].some((row) => row.textContent.includes(${JSON.stringify(text)}))`;
    return page.evaluate<number>(
      `new Promise((resolve, reject) => {
        const until = Date.now() + 20_000;
        const look = () => {
          if (${isShown}) resolve(Date.now());
          else if (Date.now() < until) requestAnimationFrame(look);
          else reject(new Error(${JSON.stringify(`In vain: ${text} in ${selector}`)}));
        };
        look();
      })`,
    );
  };
  const phonesIn = async (page: Page): Promise<string[]> =>
    (await page.locator('.versions ins').allTextContents()).map((text) => /\d{4}$/.exec(text)?.[0] ?? '');

  it('an edit at Google: in the tail and among the versions of its contact, in order, and without a reload', async () => {
    const events = await openDashboard(browser, service, '/events');
    const contact = await openDashboard(browser, service, `/contacts/${contactId}`);
    await events.page.locator('.evs a.name').first().waitFor();
    await contact.page.getByText('1, oldest last').waitFor();
    for (const { page } of [events, contact]) await page.evaluate('window.wasNotReloaded = true');
    const before = await events.page.locator('.evs tbody tr').count();

    const took: string[] = [];
    for (let version = 2; version < 2 + EDITS; version++) {
      const phone = `+44 20 7946 010${version}`;
      const rows = shownAt(events.page, '.evs tbody td:first-child', String(before + version - 1));
      const versions = shownAt(contact.page, '.versions ins', phone);
      await edit(phone);
      const shown = await Promise.all([rows, versions]);
      const committed = await lastCommit();
      took.push(shown.map((at) => `${at - committed} ms`).join(' and '));
      await contact.page.getByText(phone).first().waitFor();
    }
    process.stderr.write(
      `From the commit of an edit to the tail, and to the contact’s versions: ${took.join('; ')}\n`,
    );

    const positions = await events.page.locator('.evs tbody td:first-child').allTextContents();
    expect(positions.map(Number)).toEqual(
      Array.from({ length: before + EDITS }, (_, at) => before + EDITS - at),
    );
    expect(await phonesIn(contact.page)).toEqual(['0104', '0103', '0102']);
    await contact.page.getByText('4, oldest last').waitFor();
    expect(await contact.page.locator('dd').filter({ hasText: '0104' }).count()).toBeGreaterThan(0);
    for (const { page, complaints } of [events, contact]) {
      expect(await page.evaluate('window.wasNotReloaded')).toBe(true);
      expect(complaints).toEqual([]);
    }
  });

  it('what somebody does in another tab', async () => {
    const first = await openDashboard(browser, service, '/');
    await first.page.getByText('Live', { exact: true }).waitFor();
    const second = await openTab(first, `${service.url}/accounts/${accountId}`);

    await second.getByRole('button', { name: 'Pause', exact: true }).click();
    await first.page.getByRole('row').getByText('Paused', { exact: true }).waitFor();
    await first.page.getByRole('button', { name: /^Resume/ }).click();
    await second.locator('h1').getByText('Fresh').waitFor();
    await second.getByRole('button', { name: 'Pause', exact: true }).waitFor();

    await service.google.control('PATCH', person, { phoneNumbers: [{ value: '+44 20 7946 0199' }] });
    await second.getByRole('button', { name: 'Sync now' }).click();
    const changes = first.page.getByRole('region', { name: 'Recent changes' });
    await changes.getByText('phone').first().waitFor();
    await changes.getByRole('link', { name: 'Grace Hopper the first' }).first().waitFor();
    expect(first.complaints).toEqual([]);
  });

  it('what happened while nobody saw a tab, which leaves its connections to the tabs that are seen', async () => {
    const opened = await openDashboard(browser, service, '/events');
    await opened.page.locator('.evs a.name').first().waitFor();
    const streams = async (): Promise<number> => {
      const text = await (await fetch(`${service.url}/metrics`, { headers: AS_OPS })).text();
      return Number(/^contactstream_event_streams(?:\{[^}]*\})? (\d+)/m.exec(text)?.[1]);
    };
    await waitFor(async () => (await streams()) === 2, { what: 'the streams of the tab' });
    await see(opened.page, false);
    await waitFor(async () => (await streams()) === 0, { what: 'the tab to leave its streams' });
    await edit('+44 20 7946 0142');

    await see(opened.page, true);
    const end = (await call('GET', '/api/overview')).body.stream.log.position as string;
    await waitFor(async () => (await opened.page.locator('.evs td').first().textContent()) === end, {
      what: 'the event that came meanwhile',
    });
    expect(opened.complaints).toEqual([]);
  });

  it('that somebody disconnects an account, whose contacts stay', async () => {
    const first = await openDashboard(browser, service, `/accounts/${accountId}`);
    const second = await openTab(first, first.page.url());
    await second.getByLabel('More', { exact: true }).click();
    await second.getByRole('button', { name: /^Disconnect…/ }).click();
    const dialog = second.getByRole('dialog');
    expect(await dialog.locator(':focus').innerText()).toBe('Keep it connected');
    await dialog.getByRole('button', { name: 'Disconnect', exact: true }).click();

    for (const page of [first.page, second]) {
      await page.locator('h1').getByText('Disconnected').waitFor();
      expect(await page.getByRole('button', { name: 'Sync now' }).isDisabled()).toBe(true);
    }
    await first.page.getByLabel('More', { exact: true }).click();
    await first.page.getByRole('link', { name: 'Show its contacts' }).click();
    await first.page.locator('.list a').filter({ hasText: 'Grace Hopper' }).waitFor();
    expect(first.page.url()).toContain(`account=${accountId}`);
    expect(first.complaints).toEqual([]);
  });

  /** As a browser tells it; one without a window takes all of its tabs for seen. */
  const see = (page: Page, isSeen: boolean) =>
    page.evaluate(
      `Object.defineProperty(document, 'hidden', { configurable: true, value: ${!isSeen} });
       document.dispatchEvent(new Event('visibilitychange'))`,
    );
});
