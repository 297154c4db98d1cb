import { describe, it } from '@jest/globals';
import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactEvent } from '#contact';
import { type ContactFeed } from '#read-model';
import { appendEvents } from '#event-store';

import { append, ContactStream, newEvent, wholeLog } from './contact-feed-log.js';
import { RecordingSubscriber } from './contact-feed-subscriber.js';
import { waitFor } from './wait-for.js';

/** A log, and readers of what is appended to it. */
export interface FeedHarness {
  readonly em: SqlEntityManager;
  /** Another reader of the same source, as another process would be. */
  readonly feed: () => ContactFeed;
  readonly close: () => Promise<void>;
}

/** What a feed promises. `keeps` rejects for a feed that breaks it. */
export interface FeedPromise {
  readonly promise: string;
  readonly keeps: (harness: FeedHarness, timeoutMs: number) => Promise<void>;
}

/** Runs the contract against a feed. */
export function describeFeedContract(name: string, open: () => Promise<FeedHarness>): void {
  describe(`${name} keeps a contact feed's promises:`, () => {
    it.each(FEED_CONTRACT.map((entry) => [entry.promise, entry] as const))('%s', async (_, { keeps }) => {
      const harness = await open();
      try {
        await keeps(harness, 20_000);
      } finally {
        await harness.close();
      }
    });
  });
}

export const FEED_CONTRACT: readonly FeedPromise[] = [
  {
    promise: 'every event of the log is delivered, once, in order per contact',
    keeps: async (harness, timeoutMs) => {
      const subscriber = new RecordingSubscriber();
      await append(harness.em, story(40));
      await following(harness, subscriber, async () => {
        await applied(harness, subscriber, timeoutMs);
      });
      await sameAsLog(harness, subscriber);
    },
  },
  {
    promise: 'what is appended while it follows is delivered too',
    keeps: async (harness, timeoutMs) => {
      const subscriber = new RecordingSubscriber();
      await following(harness, subscriber, async () => {
        for (let round = 0; round < 5; round += 1) {
          await append(harness.em, story(3));
          await applied(harness, subscriber, timeoutMs);
        }
      });
      await sameAsLog(harness, subscriber);
    },
  },
  {
    promise: 'another reader goes on where the subscriber stands',
    keeps: async (harness, timeoutMs) => {
      const subscriber = new RecordingSubscriber();
      for (let round = 0; round < 3; round += 1) {
        await append(harness.em, story(10));
        await following(harness, subscriber, () => applied(harness, subscriber, timeoutMs));
      }
      await sameAsLog(harness, subscriber);
    },
  },
  {
    promise: 'a batch that the subscriber could not apply is delivered again before anything else',
    keeps: async (harness, timeoutMs) => {
      const subscriber = new RecordingSubscriber();
      let failures = 0;
      subscriber.before = () => {
        failures += 1;
        if (failures % 3 !== 0) throw new Error('The database is away');
      };
      await append(harness.em, story(20));
      await following(harness, subscriber, () => applied(harness, subscriber, timeoutMs));
      await sameAsLog(harness, subscriber);
    },
  },
  {
    promise: 'a reader that dies before a batch is applied loses none of it',
    keeps: async (harness, timeoutMs) => {
      const subscriber = new RecordingSubscriber();
      const died = Promise.withResolvers<undefined>();
      subscriber.before = ({ records }) => {
        if (records.length === 0) return;
        died.resolve(undefined);
        throw new Error('The process is dying');
      };
      await append(harness.em, story(10));
      await following(harness, subscriber, () => died.promise);
      subscriber.before = () => undefined;
      await following(harness, subscriber, () => applied(harness, subscriber, timeoutMs));
      await sameAsLog(harness, subscriber);
    },
  },
  {
    promise: 'a batch whose answer was lost is not applied twice',
    keeps: async (harness, timeoutMs) => {
      const subscriber = new RecordingSubscriber();
      let applications = 0;
      subscriber.after = () => {
        applications += 1;
        if (applications % 2 === 1) throw new Error('The connection broke after the commit');
      };
      await append(harness.em, story(10));
      await following(harness, subscriber, async () => {
        await applied(harness, subscriber, timeoutMs);
        await append(harness.em, story(10));
        await applied(harness, subscriber, timeoutMs);
      });
      await sameAsLog(harness, subscriber);
    },
  },
  {
    promise: 'two readers at once apply everything once',
    keeps: async (harness, timeoutMs) => {
      const subscriber = new RecordingSubscriber();
      await following(harness, subscriber, () =>
        following(harness, subscriber, async () => {
          for (let round = 0; round < 10; round += 1) await append(harness.em, story(5));
          await applied(harness, subscriber, timeoutMs);
        }),
      );
      await sameAsLog(harness, subscriber);
    },
  },
  {
    promise: 'the checkpoint says how far the records go, and never goes back',
    keeps: async (harness, timeoutMs) => {
      const subscriber = new RecordingSubscriber();
      await following(harness, subscriber, async () => {
        for (let round = 0; round < 3; round += 1) {
          await append(harness.em, story(10));
          await applied(harness, subscriber, timeoutMs);
        }
      });
      for (const { records, previous, next } of subscriber.batches) {
        const last = records.at(-1)?.position ?? previous?.position ?? 0n;
        if (next.position !== last)
          throw new Error(`A checkpoint at ${next.position}, but records to ${last}`);
        if (previous !== null && next.offset <= previous.offset) throw new Error('The checkpoint went back');
      }
    },
  },
  {
    promise: 'no event is passed over when an older transaction draws a later position',
    keeps: async (harness, timeoutMs) => {
      const subscriber = new RecordingSubscriber();
      await following(harness, subscriber, async () => {
        const older = new ContactStream();
        let younger: Promise<bigint> | undefined;
        await harness.em.fork().transactional(async (tem) => {
          // The older transaction has its number, the younger one is through before it draws a position.
          await tem.execute('select pg_current_xact_id()');
          await append(harness.em, story(2));
          await applied(harness, subscriber, timeoutMs);
          await appendEvents(tem, [newEvent(older.updated())]);
          // And now the reverse: the older has drawn, the younger wants to draw and commit before it.
          younger = append(harness.em, story(2));
          const waits = waitingForTheAppendLock(harness.em).then(() => null);
          const position = await Promise.race([younger, waits]);
          // Nothing held it back: so the feed sees it, and has passed over the older one's place.
          if (position !== null) {
            await waitFor(() => subscriber.applied.some((event) => event.position === position), {
              what: 'the younger transaction to be seen',
            });
          }
        });
        await younger;
        await applied(harness, subscriber, timeoutMs);
      });
      await sameAsLog(harness, subscriber);
    },
  },
  {
    promise: 'it ends when it is told to, and applies nothing afterwards',
    keeps: async (harness, timeoutMs) => {
      const subscriber = new RecordingSubscriber();
      await append(harness.em, story(5));
      await following(harness, subscriber, () => applied(harness, subscriber, timeoutMs));
      const { length } = subscriber.batches;
      await append(harness.em, story(5));
      await following(harness, new RecordingSubscriber(), () => Promise.resolve());
      if (subscriber.batches.length !== length) throw new Error('It went on after its end');
    },
  },
];

/** Contacts that are created, changed, deleted and restored, their events mixed. */
function story(contacts: number): ContactEvent[] {
  const streams = Array.from({ length: contacts }, () => new ContactStream());
  return [
    ...streams.map((stream) => stream.updated()),
    ...streams.map((stream) => stream.updated({ displayName: 'Changed' })),
    ...streams.map((stream) => stream.deleted()),
    ...streams.slice(contacts / 2).map((stream) => stream.updated({ displayName: 'Back' })),
  ];
}

async function following(
  harness: FeedHarness,
  subscriber: RecordingSubscriber,
  meanwhile: () => Promise<unknown>,
): Promise<void> {
  const stop = new AbortController();
  const end = harness.feed().follow(subscriber, stop.signal);
  try {
    await meanwhile();
  } finally {
    stop.abort();
    await end;
  }
}

async function applied(
  harness: FeedHarness,
  subscriber: RecordingSubscriber,
  timeoutMs: number,
): Promise<void> {
  const log = await wholeLog(harness.em);
  await waitFor(() => new Set(subscriber.applied.map(({ position }) => position)).size >= log.length, {
    what: `${log.length} events to be applied`,
    timeoutMs,
  });
}

async function sameAsLog(harness: FeedHarness, subscriber: RecordingSubscriber): Promise<void> {
  const log = await wholeLog(harness.em);
  const expected = log.map(({ position, event }) => `${event.contactId} ${event.version} at ${position}`);
  const actual = subscriber.applied.map(
    ({ contactId, version, position }) => `${contactId} ${version} at ${position}`,
  );
  if (actual.length !== expected.length) {
    throw new Error(`${expected.length} events in the log, ${actual.length} applied`);
  }
  const byContact = (lines: readonly string[]): string => {
    const groups = Map.groupBy(lines, (line) => line.split(' ')[0] ?? '');
    return JSON.stringify([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
  };
  if (byContact(actual) !== byContact(expected))
    throw new Error('Other events, or in another order per contact');
}

async function waitingForTheAppendLock(em: SqlEntityManager): Promise<void> {
  await waitFor(
    async () => {
      const rows = await em
        .fork()
        .execute<unknown[]>(
          "select 1 from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())",
        );
      return rows.length > 0;
    },
    { what: 'the younger transaction to wait for the older' },
  );
}
