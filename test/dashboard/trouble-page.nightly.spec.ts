import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type Browser } from 'playwright-core';

import { describeChromium, startChromium } from '../support/chromium.js';
import { API_TOKENS, AS_OPS, openDashboard, violationsInEachLook } from '../support/dashboard.js';
import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';

describeChromium('The page of trouble', () => {
  let service: TestService;
  let browser: Browser;
  let seed = 0;

  beforeAll(async () => {
    [service, browser] = await Promise.all([
      startTestService({ API_TOKENS, DELETION_GUARD: '20%,5' }, { persons: 20 }),
      startChromium(),
    ]);
  });
  afterAll(() => Promise.all([browser.close(), service.stop()]));
  beforeEach(async () => {
    seed++;
    for (const { id } of await open()) {
      await service.api('POST', `/api/quarantine/${id}/discard`, undefined, AS_OPS);
    }
  });

  const open = async (): Promise<{ id: string; resourceName: string }[]> =>
    (await service.api('GET', '/api/quarantine?state=open', undefined, AS_OPS)).body.items as {
      id: string;
      resourceName: string;
    }[];
  const wilma = (value: unknown) => ({
    resourceName: `people/wilma${seed}`,
    metadata: { sources: [{ type: 'CONTACT', id: `wilma${seed}` }] },
    names: [{ givenName: 'Wilma', familyName: 'Karhu', displayName: 'Wilma Karhu' }],
    phoneNumbers: [{ value: '+358 45 7396 0112' }, { value }],
  });
  /** The next list has her too, with a number that is none. @returns the id of her entry */
  const quarantine = async (): Promise<string> => {
    const fault = { kind: 'replace-person', persons: [JSON.stringify(wilma(35_845))] };
    await service.google.control('POST', '/control/faults', { where: 'connections', fault });
    await service.api('POST', '/api/sync/full', undefined, AS_OPS);
    await service.google.control('DELETE', '/control/faults');
    return (await open())[0]?.id ?? '';
  };

  it('shows what Google sent, what was understood of it, and replays it', async () => {
    const id = await quarantine();
    const { page, complaints } = await openDashboard(browser, service, '/trouble');
    await page.getByRole('heading', { name: '1 thing needs a person' }).waitFor();
    await page.locator('.list a').first().click();
    expect(new URL(page.url()).pathname).toBe(`/trouble/${id}`);
    await page.getByRole('heading', { name: 'Wilma Karhu was not understood' }).waitFor();
    expect(await page.locator('.ev-json dd').filter({ hasText: '+358 45 7396 0112' }).count()).toBe(1);
    expect(await page.locator('.code .hl').textContent()).toContain('35845');
    expect(await violationsInEachLook(page)).toEqual([]);
    await page.setViewportSize({ width: 1440, height: 900 });

    await page.keyboard.press('r');
    await page.getByRole('heading', { name: 'It is still not understood; nothing has changed' }).waitFor();
    // Today's rules understand what yesterday's did not.
    await sql(service.database, 'update quarantined_persons set payload = $2::json where id = $1', [
      id,
      JSON.stringify(wilma('+358 9 1234')),
    ]);
    await page.getByRole('button', { name: 'Replay', exact: true }).click();
    await page.getByRole('heading', { name: 'Replayed', exact: true }).waitFor();
    expect(await open()).toEqual([]);
    const { body } = await service.api('POST', '/api/contacts/search', { q: 'Wilma Karhu' }, AS_OPS);
    expect(body.items).not.toEqual([]);
    expect(complaints.filter((text) => !text.includes('409') && !text.includes('422'))).toEqual([]);
    await page.context().close();
  });

  it('discards only after it was asked again, the safe button first', async () => {
    const id = await quarantine();
    const { page } = await openDashboard(browser, service, `/trouble/${id}`);
    await page.getByRole('button', { name: 'Discard…' }).click();
    await page.locator('dialog button:focus').getByText('Keep it').waitFor();
    await page.keyboard.press('Escape');
    expect(await open()).toHaveLength(1);
    await page.getByRole('button', { name: 'Discard…' }).click();
    await page.getByRole('button', { name: 'Discard', exact: true }).click();
    await page.getByRole('heading', { name: 'Discarded', exact: true }).waitFor();
    expect(await open()).toEqual([]);
    await page.context().close();
  });

  it('lets whoever may not read contacts decide by what is wrong, without what Google sent', async () => {
    const id = await quarantine();
    const { page } = await openDashboard(browser, service, `/trouble/${id}`, { as: 'night-shift' });
    await page.getByText('What Google sent is a contact').waitFor();
    expect(await page.content()).not.toMatch(/Wilma Karhu|7396/);
    await page.getByRole('button', { name: 'Replay', exact: true }).click();
    await page.getByText('still not understood').first().waitFor();
    await page.context().close();
  });

  it('lists an account that needs a sign-in and deletions that wait before single contacts', async () => {
    await quarantine();
    const { items } = (await service.google.control('GET', '/control/persons?limit=500')).body;
    for (const { resourceName } of (items as { resourceName: string }[]).slice(0, 12)) {
      await service.google.control('DELETE', `/control/persons/${resourceName.replace('people/', '')}`);
    }
    await service.google.control('POST', '/control/sync-tokens/expire', {});
    await service.api('POST', '/api/sync/full', undefined, AS_OPS);
    const { page } = await openDashboard(browser, service, '/trouble');
    const held = page.locator('.list a').filter({ hasText: '12 deletions of' });
    await held.waitFor();
    expect(await page.locator('section h2.lh').allTextContents()).toEqual([
      'Deletions wait for approval1',
      'Single contacts1',
    ]);
    await page.getByRole('link', { name: 'Held deletions 1' }).click();
    await held.waitFor();
    expect(await page.locator('.list a').count()).toBe(1);
    expect(page.url()).toContain('kind=held');
    await page.context().close();
  });
});
