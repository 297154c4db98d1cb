import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type Browser, type Page } from 'playwright-core';

import { describeChromium, startChromium } from '../support/chromium.js';
import { startTestService, type TestService } from '../support/service.js';
import { openPage, type OpenPage } from './open-page.js';

const PERSONS = 20;

/** Text that a page which took it for HTML would run. */
const HOSTILE_NAME = '<img src=x onerror="document.title=\'taken\'">';

describeChromium('Whoever operates the service sees on the page', () => {
  let service: TestService;
  let browser: Browser;
  let opened: OpenPage;
  let page: Page;
  let accountId: string;
  let seed = 0;
  beforeAll(async () => {
    [service, browser] = await Promise.all([
      startTestService({ SYNC_PAGE_SIZE: '10', DELETION_GUARD: '20%,5' }),
      startChromium(),
    ]);
  });
  afterAll(() => Promise.all([browser.close(), service.stop()]));

  beforeEach(async () => {
    seed += 1;
    await service.google.control('DELETE', '/control/faults');
    await service.google.control('POST', '/control/refresh-tokens/restore');
    await service.google.control('PUT', '/control/accounts/demo', { persons: PERSONS, seed });
    const { body } = await service.api('POST', '/api/sync/full');
    if (body.status === 'held')
      await service.api('POST', `/api/sync/runs/${String(body.run.id)}/held-deletions/approve`);
    accountId = (await service.api('GET', '/api/accounts')).body.items[0].id;
    opened = await openPage(browser, `${service.url}/accounts/${accountId}`);
    page = opened.page;
    await page.locator('h1').first().waitFor();
  });

  const leaveWithoutFaults = async () => {
    expect(opened.faults).toEqual([]);
    await opened.close();
  };
  const names = async (): Promise<string[]> =>
    ((await service.google.control('GET', '/control/persons')).body.items as { resourceName: string }[]).map(
      ({ resourceName }) => resourceName.replace('people/', ''),
    );

  it('a sync that they begin, and what it changed, whatever text it is', async () => {
    const [first = ''] = await names();
    await service.google.control('PATCH', `/control/persons/${first}`, {
      names: [{ displayName: HOSTILE_NAME, givenName: HOSTILE_NAME }],
    });

    await page.getByRole('button', { name: 'Sync now' }).click();

    await page.getByRole('link', { name: HOSTILE_NAME }).first().waitFor();
    expect(await page.title()).not.toBe('taken');
    expect(await page.locator('main img').count()).toBe(0);
    await page.locator('.tl').getByRole('link', { name: 'Incremental sync' }).first().click();
    await page.getByRole('heading', { name: /^Incremental sync of/ }).waitFor();
    await page.locator('.diff').getByText(HOSTILE_NAME).first().waitFor();
    await leaveWithoutFaults();
  });

  it('what a sync would change, before it happens and without anything stored', async () => {
    const [first = '', second = ''] = await names();
    const nameOf = async (person: string): Promise<string> => {
      const { body } = await service.api('POST', '/api/contacts/search', { limit: 500 });
      const items = body.items as { resourceName: string; displayName: string }[];
      return items.find(({ resourceName }) => resourceName === `people/${person}`)?.displayName ?? '';
    };
    await service.google.control('PATCH', `/control/persons/${first}`, { nicknames: [{ value: 'Soon' }] });
    await service.google.control('DELETE', `/control/persons/${second}`);
    const [changed, deleted] = await Promise.all([nameOf(first), nameOf(second)]);
    const stored = async () => {
      const [{ body: log }, { body: runs }] = await Promise.all([
        service.api('GET', '/api/events?before=999999999&limit=1'),
        service.api('GET', '/api/sync/runs?limit=1'),
      ]);
      return [(log.items as { position: string }[])[0]?.position, (runs.items as { id: string }[])[0]?.id];
    };
    const before = await stored();

    await page.getByLabel('Other kinds of sync').click();
    await page.getByRole('button', { name: /^Dry run/ }).click();
    const dialog = page.getByRole('dialog', { name: 'A sync now would make 2 events' });
    await dialog.getByRole('listitem').filter({ hasText: changed }).getByText('nickname').waitFor();
    await dialog.getByRole('listitem').filter({ hasText: deleted }).getByText('deleted in Google').waitFor();
    expect(await stored()).toEqual(before);

    await dialog.getByRole('button', { name: 'Sync now' }).click();
    await page.locator('.tl .card').filter({ hasText: changed }).getByText('Soon').waitFor();
    expect(Number((await stored())[0])).toBe(Number(before[0]) + 2);
    await leaveWithoutFaults();
  });

  it('a pause that they make, at once and after a reload', async () => {
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    await page.reload();
    await page.locator('h1').getByText('Paused').waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await leaveWithoutFaults();
  });

  it('why a sync failed, what is safe, and that it went well after all', async () => {
    await service.google.control('POST', '/control/faults', {
      where: 'connections',
      fault: { kind: 'status', status: 403 },
    });
    await page.getByRole('button', { name: 'Sync now' }).click();
    await page.locator('h1').getByText('Failing').waitFor();
    await page.getByRole('link', { name: 'See why' }).click();
    await page.getByText('Nothing is lost.').waitFor();
    await page.getByText('0 pages, no usable answer for page 1').waitFor();

    await service.google.control('DELETE', '/control/faults');
    await page.getByRole('button', { name: 'Try now' }).click();
    await page.getByText('A later sync went well.').waitFor();
    await leaveWithoutFaults();
  });

  it('deletions that wait, and deletes them once they are sure', async () => {
    for (const name of (await names()).slice(0, 8))
      await service.google.control('DELETE', `/control/persons/${name}`);
    await service.google.control('POST', '/control/sync-tokens/expire', { status: 410 });
    await service.api('POST', '/api/sync/full');
    await page.getByRole('link', { name: 'Review' }).click();
    await page.getByRole('heading', { name: /of the contacts are missing from Google’s list/ }).waitFor();

    await page.getByRole('button', { name: 'Approve 8 deletions…' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.innerText()).toMatch(
      /The read model gets 8 ContactDeleted events\. Nothing is changed in Google/,
    );
    // The safe one has the focus, so that Enter alone deletes nobody.
    expect(await dialog.locator(':focus').innerText()).toBe('Not now');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Approve 8 deletions…' }).click();
    await dialog.getByRole('button', { name: 'Delete 8 contacts' }).click();

    await page.getByText('8 contacts deleted').waitFor();
    await page.locator('h1').getByText('Succeeded').waitFor();
    await page
      .getByText(
        /^8 deletions were held, then approved by somebody on this machine .*: 8 contacts were deleted\.$/,
      )
      .waitFor();
    expect(await page.getByRole('definition').allInnerTexts()).toContain('8 deleted');
    await page.getByText('8 gone of 8 missing').waitFor();
    await leaveWithoutFaults();
  });

  it('that an account needs a sign-in, and a link to send to its owner', async () => {
    await service.google.control('POST', '/control/refresh-tokens/revoke');
    await service.google.control('POST', '/control/access-tokens/expire');
    await service.api('POST', '/api/sync');

    await page.getByRole('heading', { name: /Google withdrew the sign-in/ }).waitFor();
    expect(await page.getByRole('button', { name: 'Sync now' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Make a link to send' }).click();
    const link = await page.locator('pre').getByText('/api/auth/google/links/').textContent();
    expect(link).toMatch(/\/api\/auth\/google\/links\/[\w-]{43}$/);
    await leaveWithoutFaults();
  });

  it('that an account is erased, once the words are typed', async () => {
    await page.getByLabel('More').click();
    await page.getByRole('button', { name: /^Erase…/ }).click();
    const dialog = page.getByRole('dialog');
    const erase = dialog.getByRole('button', { name: 'Erase account' });
    expect(await erase.isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill('erase demo');
    await erase.click();

    await page
      .getByRole('status')
      .getByText(/ is (being )?erased/)
      .waitFor();
    await page.getByRole('heading', { name: 'Nothing is connected yet' }).waitFor();
    await leaveWithoutFaults();
  });
});
