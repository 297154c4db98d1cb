import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { toKafkaMessage, topicNames } from '#contact-events';
import { type Browser } from 'playwright-core';

import { describeChromium, startChromium } from '../support/chromium.js';
import { kafkaEnvironment, kafkaSettings, produce } from '../support/contact-feed-kafka.js';
import { ContactStream, newEvent } from '../support/contact-feed-log.js';
import { API_TOKENS, AS_OPS, openDashboard, violationsInEachLook } from '../support/dashboard.js';
import { describeKafka } from '../support/kafka.js';
import { startTestService, type TestService } from '../support/service.js';

const NAME = 'Ahead of the log';

describeKafka('Dead letters of Kafka', () => {
  describeChromium('on the page of trouble', () => {
    let service: TestService;
    let browser: Browser;
    const stream = new ContactStream();
    beforeAll(async () => {
      const settings = kafkaSettings();
      [service, browser] = await Promise.all([
        startTestService({ ...kafkaEnvironment(settings), API_TOKENS }, { persons: 20 }),
        startChromium(),
      ]);
      const { run } = (await sync()).body as { run: { lastPosition: string } };
      // It lies behind what the log has, so the read model cannot take it yet.
      const position = BigInt(run.lastPosition) + 1n;
      const { key, value, headers } = toKafkaMessage(
        { ...newEvent(stream.updated({ displayName: NAME })), contactId: stream.id, position },
        'https://contacts.example',
      );
      await produce(topicNames(settings.topicPrefix).events, [
        { key, value, headers: { ...headers }, partition: 0 },
      ]);
    });
    afterAll(() => Promise.all([browser.close(), service.stop()]));

    const sync = () => service.api('POST', '/api/sync/full', undefined, AS_OPS);

    it('show what was refused and why, stay until they can be applied, and are replayed then', async () => {
      const { page, complaints } = await openDashboard(browser, service, '/trouble');
      // It comes while the page is open.
      await page.getByRole('heading', { name: '1 thing needs a person' }).waitFor();
      await page.getByRole('link', { name: 'Dead letters 1' }).click();
      await page.locator('.list a').filter({ hasText: 'Dead letter, partition 0' }).click();
      await page.getByRole('heading', { name: 'An event is not in the read model' }).waitFor();
      await page.getByText('Everything behind it went on.').waitFor();
      await page.locator('.code').getByText(NAME).first().waitFor();
      const address = new URL(page.url());
      expect(address.searchParams.get('of')).toBe('dead-letters');
      expect(await violationsInEachLook(page)).toEqual([]);
      await page.setViewportSize({ width: 1440, height: 900 });

      await page.keyboard.press('r');
      await page.getByRole('alert').getByText('lies beyond the event log').waitFor();

      await service.google.control('PUT', '/control/accounts/demo', { persons: 30, seed: 8 });
      await sync();
      await page.getByRole('button', { name: 'Replay', exact: true }).click();
      await page.getByRole('heading', { name: 'Replayed', exact: true }).waitFor();
      await page.getByRole('link', { name: stream.id }).click();
      await page.getByRole('heading', { level: 1, name: NAME }).waitFor();
      // Refused once, on purpose; and a contact that never was in the log has neither history nor account.
      expect(complaints.filter((text) => !text.startsWith('Failed to load resource'))).toEqual([]);
      await page.context().close();
    });

    it('say to whoever may not read contacts what is wrong, and not of whom', async () => {
      const { page } = await openDashboard(browser, service, '/trouble?kind=dead-letters', {
        as: 'night-shift',
      });
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      expect(await page.content()).not.toContain(NAME);
      expect(await violationsInEachLook(page)).toEqual([]);
      await page.context().close();
    });
  });
});
