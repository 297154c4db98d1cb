import { describe, expect, it } from '@jest/globals';
import { type ContactFeed, LogContactFeed } from '#read-model';

import { BROKEN_FEEDS } from '../support/contact-feed-broken.js';
import { describeFeedContract, FEED_CONTRACT, type FeedHarness } from '../support/contact-feed-contract.js';
import { createLogDatabase } from '../support/contact-feed-log.js';
import { silentLog } from '../support/contact-feed-recording-log.js';

/** Small batches, so that what a test appends takes several; no poll, so that it is the notification that wakes. */
const OPTIONS = { batchSize: 7, pollMs: 60_000 };

async function openLog(wrap: (feed: ContactFeed) => ContactFeed = (feed) => feed): Promise<FeedHarness> {
  const { em, notifications, close } = await createLogDatabase();
  return { em, feed: () => wrap(new LogContactFeed(em, notifications, silentLog, OPTIONS)), close };
}

describeFeedContract('The feed from the log', () => openLog());

describe('The contract notices a feed that', () => {
  it.each(Object.entries(BROKEN_FEEDS))('%s', async (_, breakFeed) => {
    const broken: string[] = [];
    for (const { promise, keeps } of FEED_CONTRACT) {
      const harness = await openLog(breakFeed);
      try {
        await keeps(harness, 1_000);
      } catch {
        broken.push(promise);
      } finally {
        await harness.close();
      }
      if (broken.length > 0) break;
    }
    expect(broken).not.toEqual([]);
  });
});
