import {
  type ContactBatch,
  type ContactFeed,
  type ContactSubscriber,
  type FeedCheckpoint,
} from '#read-model';

/** Feeds that break one promise each, to prove that the contract notices. */
export const BROKEN_FEEDS: Readonly<Record<string, (feed: ContactFeed) => ContactFeed>> = {
  'passes over a record': between((batch, subscriber) =>
    subscriber.apply({ ...batch, records: batch.records.slice(1) }),
  ),
  'repeats a batch without moving the progress': between(async (batch, subscriber) => {
    await subscriber.apply(batch);
    await subscriber.apply({ ...batch, previous: batch.progress });
  }),
  'moves the progress before it applies': between(async (batch, subscriber) => {
    await subscriber.apply({ ...batch, records: [] });
    await subscriber.apply({ ...batch, previous: batch.progress });
  }),
  'changes the order': between((batch, subscriber) =>
    subscriber.apply({ ...batch, records: batch.records.toReversed() }),
  ),
  'goes on after a failure': between(async (batch, subscriber) => {
    try {
      await subscriber.apply(batch);
    } catch {
      await subscriber.apply({ ...batch, records: [] }).catch(() => undefined);
    }
  }),
  'trusts its own memory more than the stored progress': between(async (batch, subscriber) => {
    const [stored] = await subscriber.progressOf(batch.progress.source);
    await subscriber.apply({ ...batch, previous: stored ?? null });
  }),
  'claims more progress than it made': between((batch, subscriber) =>
    subscriber.apply({
      ...batch,
      progress: { ...batch.progress, position: batch.progress.position + 1n },
    }),
  ),
};

type Apply = (batch: ContactBatch, subscriber: ContactSubscriber) => Promise<void>;

function between(apply: Apply): (feed: ContactFeed) => ContactFeed {
  return (feed) => ({
    source: feed.source,
    follow: (subscriber, signal) =>
      feed.follow(
        {
          progressOf: (source): Promise<FeedCheckpoint[]> => subscriber.progressOf(source),
          apply: (batch) => apply(batch, subscriber),
        },
        signal,
      ),
  });
}
