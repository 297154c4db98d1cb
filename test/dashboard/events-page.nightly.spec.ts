import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Browser, type Page } from 'playwright-core';

import { describeChromium, startChromium } from '../support/chromium.js';
import { API_TOKENS, AS_OPS, openDashboard, violationsInEachLook } from '../support/dashboard.js';
import { startTestService, type TestService } from '../support/service.js';
import { waitFor } from '../support/wait-for.js';

describeChromium('The page of events', () => {
  let service: TestService;
  let browser: Browser;
  let person: string;

  beforeAll(async () => {
    [service, browser] = await Promise.all([
      startTestService({ API_TOKENS, DELETION_GUARD: 'off' }, { persons: 20 }),
      startChromium(),
    ]);
    const { body } = await service.google.control('POST', '/control/persons', {
      names: [{ givenName: 'Grace', familyName: 'Hopper', displayName: 'Grace Hopper the first' }],
    });
    person = (body.resourceName as string).replace('people/', '');
    await sync();
  });
  afterAll(() => Promise.all([browser.close(), service.stop()]));

  const sync = async (path = ''): Promise<{ run: { lastPosition: string } }> =>
    (await service.api('POST', `/api/sync${path}`, undefined, AS_OPS)).body as Awaited<
      ReturnType<typeof sync>
    >;
  /** An update of one person. @returns its position in the log */
  const change = async (phone: string): Promise<string> => {
    await service.google.control('PATCH', `/control/persons/${person}`, { phoneNumbers: [{ value: phone }] });
    return (await sync()).run.lastPosition;
  };
  const positions = async (page: Page): Promise<string[]> => {
    const texts = await page.locator('.evs tbody td:first-child').allTextContents();
    return texts.map((text) => text.replaceAll(',', ''));
  };
  const top = async (page: Page) => (await positions(page))[0];
  const newer = (page: Page) => page.locator('button.new');

  it('shows what is new at once, and while it is paused nothing moves, is skipped or is there twice', async () => {
    const { page, complaints } = await openDashboard(browser, service, '/events');
    await page.locator('.evs a.name').first().waitFor();
    const shown = await change('+44 20 7946 0001');
    await waitFor(async () => (await top(page)) === shown, { what: 'the event in the list' });

    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Go on' }).waitFor();
    const paused = await positions(page);
    await change('+44 20 7946 0002');
    await newer(page).filter({ hasText: '1 newer event' }).waitFor();
    await change('+44 20 7946 0003');
    await newer(page).filter({ hasText: '2 newer events' }).waitFor();
    expect(await positions(page)).toEqual(paused);
    expect(page.url()).toContain('before=');

    await page.keyboard.press('Space');
    await newer(page).waitFor({ state: 'detached' });
    expect((await positions(page)).slice(2)).toEqual(paused);
    expect(page.url()).not.toContain('before=');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('shows a colleague the same place by its address, and the newest where one goes on', async () => {
    const end = await change('+44 20 7946 0006');
    const { page } = await openDashboard(browser, service, `/events?before=${Number(end) - 3}`);
    await waitFor(async () => (await top(page)) === String(Number(end) - 4), { what: 'the older events' });
    await newer(page).filter({ hasText: 'Newer events' }).click();
    await waitFor(async () => (await top(page)) === end, { what: 'the newest event' });
    await page.context().close();
  });

  it('filters by what the address says', async () => {
    await change('+44 20 7946 0004');
    const { page } = await openDashboard(browser, service, '/events');
    await page.getByText('Changed field is').click();
    await page.getByRole('link', { name: 'phone', exact: true }).click();
    await waitFor(async () => !(await page.locator('.evs .what').allTextContents()).includes('created'), {
      what: 'the changes of phone numbers alone',
    });
    expect(page.url()).toContain('field=phoneNumbers');
    expect(new Set(await page.locator('.evs .what').allTextContents())).toEqual(new Set(['phone']));
    await page.context().close();
  });

  it('reads an event beside the event as consumers get it', async () => {
    const position = await change('+44 20 7946 0005');
    const { page, complaints } = await openDashboard(browser, service, `/events/${position}`);
    await page.getByRole('heading', { name: 'Grace Hopper the first updated' }).waitFor();
    await page.locator('dl.diff ins').filter({ hasText: '0005' }).waitFor();
    await waitFor(
      async () => (await page.locator('.ev-json .hl').allTextContents()).join().includes('phoneNumbers'),
      {
        what: 'the changed member, marked',
      },
    );
    await page.getByRole('link', { name: 'Raw' }).click();
    await page.getByText('ce_type: ContactUpdated').waitFor();
    expect(page.url()).toContain('raw=1');
    expect(complaints).toEqual([]);
    expect(await violationsInEachLook(page)).toEqual([]);
    await page.context().close();
  });

  it('keeps no more than 500 rows, however much comes', async () => {
    const { page } = await openDashboard(browser, service, '/events');
    await page.locator('.evs a.name').first().waitFor();
    await service.google.control('PUT', '/control/accounts/demo', { persons: 700, seed: 9 });
    const { lastPosition: end } = (await sync('/full')).run;
    await waitFor(async () => (await top(page)) === end, { what: 'the last event' });
    const shown = (await positions(page)).map(Number);
    expect(shown).toHaveLength(500);
    // None is missing among them, and none is there twice.
    expect(shown).toEqual(Array.from({ length: 500 }, (_, at) => (shown[0] ?? 0) - at));
    await page.context().close();
  });

  it('shows whoever may not read contacts which fields changed, and of whom no name', async () => {
    const { page } = await openDashboard(browser, service, '/events', { as: 'night-shift' });
    await page.locator('.evs a.name').first().click();
    await page.getByRole('heading', { name: 'CloudEvent' }).waitFor();
    expect(await page.content()).not.toMatch(/Hopper|7946/);
    expect(await violationsInEachLook(page)).toEqual([]);
    await page.context().close();
  });
});
