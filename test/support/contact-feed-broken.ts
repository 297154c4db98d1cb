import { type ContactFeed, type ContactSubscriber, type FeedCheckpoint } from '#read-model';

import { applyBatch, type ContactBatch } from './contact-feed-subscriber.js';

/** Feeds that break one promise each, to prove that the contract notices. */
export const BROKEN_FEEDS: Readonly<Record<string, (feed: ContactFeed) => ContactFeed>> = {
  'passes over a record': between((batch, subscriber) =>
    applyBatch(subscriber, { ...batch, records: batch.records.slice(1) }),
  ),
  'repeats a batch without moving the checkpoint': between(async (batch, subscriber) => {
    await applyBatch(subscriber, batch);
    await applyBatch(subscriber, { ...batch, previous: batch.next });
  }),
  'moves the checkpoint before it applies': between(async (batch, subscriber) => {
    await applyBatch(subscriber, { ...batch, records: [] });
    await applyBatch(subscriber, { ...batch, previous: batch.next });
  }),
  'changes the order': between((batch, subscriber) =>
    applyBatch(subscriber, { ...batch, records: batch.records.toReversed() }),
  ),
  'goes on after a failure': between(async (batch, subscriber) => {
    try {
      await applyBatch(subscriber, batch);
    } catch {
      await applyBatch(subscriber, { ...batch, records: [] }).catch(() => undefined);
    }
  }),
  'trusts its own memory more than the stored checkpoint': between(async (batch, subscriber) => {
    const [stored] = await subscriber.checkpointsOf(batch.next.source);
    await applyBatch(subscriber, { ...batch, previous: stored ?? null });
  }),
  'claims more than it brought': between((batch, subscriber) =>
    applyBatch(subscriber, { ...batch, next: { ...batch.next, position: batch.next.position + 1n } }),
  ),
};

type Apply = (batch: ContactBatch, subscriber: ContactSubscriber) => Promise<void>;

function between(apply: Apply): (feed: ContactFeed) => ContactFeed {
  return (feed) => ({
    source: feed.source,
    follow: (subscriber, signal) =>
      feed.follow(
        {
          checkpointsOf: (source): Promise<FeedCheckpoint[]> => subscriber.checkpointsOf(source),
          prepare: (records) => ({
            apply: (move) => apply({ records, ...move }, subscriber),
          }),
        },
        signal,
      ),
  });
}
