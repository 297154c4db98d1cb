import { get, type IncomingMessage } from 'node:http';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Browser, type Page } from 'playwright-core';

import { describeChromium, startChromium } from '../support/chromium.js';
import { openPage } from './open-page.js';
import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';

const OPS = 'ops-may-do-everything-0123456789';

/** What one caller may have open. */
const MOST_STREAMS = 1_000;

describeChromium('A page whose streams the service ends or refuses', () => {
  let service: TestService;
  let browser: Browser;
  beforeAll(async () => {
    [service, browser] = await Promise.all([
      startTestService({ API_TOKENS: `ops:operate+read+admin:${OPS}` }, { persons: 5 }),
      startChromium(),
    ]);
    await call('POST', '/api/sync');
  });
  afterAll(() => Promise.all([browser.close(), service.stop()]));

  const call: TestService['api'] = (method, path, body) =>
    service.api(method, path, body, { authorization: `Bearer ${OPS}` });
  /** A page of somebody with a token of their own. */
  const openAs = async (name: string, path: string) => {
    const { body } = await call('POST', '/api/tokens', {
      name,
      scopes: ['operate', 'read', 'admin'],
      expiresIn: '1d',
    });
    const opened = await openPage(browser, `${service.url}${path}`);
    await opened.page.getByLabel('Token', { exact: true }).fill(body.token as string);
    await opened.page.getByRole('button', { name: 'Go on' }).click();
    await opened.page.getByText('Live', { exact: true }).waitFor();
    return { ...opened, id: body.id as string, token: body.token as string };
  };
  /** How often the page has asked for a stream. */
  const countStreams = (page: Page): { asked: number } => {
    const count = { asked: 0 };
    page.on('request', (request) => {
      if (new URL(request.url()).pathname.endsWith('/stream')) count.asked++;
    });
    return count;
  };

  /** Takes every place of a token. @returns the readers */
  const fillUp = async (token: string): Promise<readonly IncomingMessage[]> => {
    const readers: IncomingMessage[] = [];
    const open = () =>
      new Promise<void>((resolve, reject) => {
        const headers = { authorization: `Bearer ${token}` };
        get(`${service.url}/api/stream`, { headers, agent: false }, (answer) => {
          answer.resume();
          if (answer.statusCode === 200) readers.push(answer.on('error', () => undefined));
          resolve();
        }).on('error', reject);
      });
    // One at first is the page's own, until the service notices that it has left.
    while (readers.length < MOST_STREAMS) {
      await Promise.all(Array.from({ length: Math.min(100, MOST_STREAMS - readers.length) }, open));
    }
    return readers;
  };

  /** Says that other things may be seen now, shows nothing of before, and goes on. */
  const losesRights = async (): Promise<void> => {
    const { page, faults, close, id } = await openAs('changed', '/events');
    await page.locator('.evs a.name').first().waitFor();
    const { items } = (await call('GET', '/api/contacts')).body as { items: { displayName: string }[] };
    const names = items.map(({ displayName }) => displayName);
    expect(names.some((name) => name !== '')).toBe(true);
    const streams = countStreams(page);

    // No call narrows a token; whoever runs the database may.
    await sql(service.database, `update api_tokens set scopes = '{operate}' where id = $1`, [id]);
    await page.getByRole('status').getByText('What you may see and do was changed').waitFor();
    await page.getByText('may operate, but not read contacts').waitFor();
    await page.locator('.evs a.name').first().waitFor();
    const shown = await page.locator('body').innerText();
    for (const name of names) expect(shown).not.toContain(name);
    await page.getByText('Live', { exact: true }).waitFor();
    // One connection each for what had been cut off, and one for the tail that begins anew.
    expect(streams.asked).toBeLessThanOrEqual(4);
    expect(faults).toEqual([]);
    await close();
  };

  /** Asks who is there. */
  const losesToken = async (): Promise<void> => {
    const { page, faults, close, id } = await openAs('revoked', '/events');
    await page.locator('.evs a.name').first().waitFor();
    await call('DELETE', `/api/tokens/${id}`);
    await page.getByRole('heading', { name: 'This service asks for a token' }).waitFor();
    expect(await page.locator('body').innerText()).not.toContain('Live');
    expect(faults).toEqual([]);
    await close();
  };

  /** Says that there is no room to be live, asks by itself, and is live once there is. */
  const hasNoRoom = async (): Promise<void> => {
    const { page, faults, close, token } = await openAs('many', '/');
    await page.goto('about:blank');
    const readers = await fillUp(token);
    const streams = countStreams(page);
    await page.goto(`${service.url}/events`);
    await page.getByText('Not live, asks every 5 s').waitFor();
    await page.getByText('New events do not show').waitFor();
    await page.goto(service.url);
    await page.getByText('Not live, asks every 5 s').waitFor();
    await page.getByRole('heading', { name: 'The address book is fresh' }).waitFor();
    const asked = streams.asked;

    const { id } = (await call('GET', '/api/accounts')).body.items[0];
    await call('PATCH', `/api/accounts/${String(id)}`, { paused: true });
    await page.getByRole('row').getByText('Paused', { exact: true }).waitFor();
    // It was told to wait 15 s.
    expect(streams.asked - asked).toBeLessThanOrEqual(1);

    for (const reader of readers) reader.destroy();
    await page.getByText('Live', { exact: true }).waitFor();
    expect(faults).toEqual([]);
    await close();
  };

  // Side by side: the service looks every 15 s whether each may still see what they are sent.
  it('says so, and goes on with what may be seen', () =>
    Promise.all([losesRights(), losesToken(), hasNoRoom()]));
});
