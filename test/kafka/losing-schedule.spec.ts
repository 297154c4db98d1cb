import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { KafkaEventPublisher, type KafkaSettings } from '#kafka';
import { topicNames } from '#contact-events';
import {
  LogContactFeed,
  LogFeedGauge,
  ContactProjectionHandler,
  ReadModelPosition,
  Rebuilds,
  RebuildWorker,
  RequestRebuildHandler,
} from '#read-model';
import { appendEvents, readLog } from '#event-store';
import { boundSql } from '#platform';

import { replayToTopic } from '#publishing';
import { callsTo } from '../support/call.js';
import { kafkaSettings, readTopic, relayed, startRelay } from '../support/contact-feed-kafka.js';
import {
  append,
  ContactStream,
  createLogDatabase,
  type LogDatabase,
  newEvent,
} from '../support/contact-feed-log.js';
import { silentLog } from '../support/contact-feed-recording-log.js';
import { describeKafka } from '../support/kafka.js';
import { lockWaits } from '../support/lock-waits.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { waitFor } from '../support/wait-for.js';
import { startService } from '../support/service.js';

interface Reader {
  /** Reads on from where it was until it has this position, and stops there. */
  readTo(position: bigint): Promise<void>;
  /** What it has read, each event once. */
  positions(): Promise<string[]>;
  close?(): Promise<void>;
}

type OpenReader = (logDatabase: LogDatabase, settings: KafkaSettings) => Reader | Promise<Reader>;

const onTopic = async (topic: string): Promise<string[]> =>
  (await readTopic(topic)).map(({ headers }) => headers.ce_position ?? '');

/** Of the events of contacts that are there, each of which has one. */
const inReadModel = async ({ em }: LogDatabase): Promise<string[]> => {
  const rows = await boundSql<{ position: string }>(
    em.fork(),
    'select position from events join contacts on contacts.id = events.stream_id',
  );
  return rows.map(({ position }) => position);
};

const following = async (logDatabase: LogDatabase, until: () => Promise<unknown>): Promise<void> => {
  const stop = new AbortController();
  const { em, notifications } = logDatabase;
  const end = new LogContactFeed(em, notifications, silentLog).follow(
    new ContactProjectionHandler(em),
    stop.signal,
  );
  try {
    await until();
  } finally {
    stop.abort();
    await end;
  }
};

const progressOf = ({ em, notifications }: LogDatabase): ReadModelPosition =>
  new ReadModelPosition(em, new LogFeedGauge(em), notifications);

/** Whoever reads the log and remembers how far it came. */
const READERS: Record<string, OpenReader> = {
  'the relay': (logDatabase, settings) => {
    const relay = startRelay(logDatabase, settings);
    const { events } = topicNames(settings.topicPrefix);
    return {
      readTo: async (position) => {
        await relayed(logDatabase.em, events, position);
      },
      positions: () => onTopic(events),
      close: () => relay.stop(),
    };
  },
  'the replay to a topic': ({ em }, settings) => {
    const topic = `${settings.topicPrefix}replayed`;
    const publisher = new KafkaEventPublisher(settings, silentLog, [{ topic, cleanup: 'delete' }]);
    let from = 1n;
    return {
      readTo: async (position) => {
        const options = {
          topic,
          publicUrl: 'https://contacts.example',
          report: (done: { position: bigint }) => {
            from = done.position + 1n;
          },
        };
        await replayToTopic(em, publisher, { from, to: 2n ** 62n }, options, new AbortController().signal);
        expect(from).toBeGreaterThan(position);
      },
      positions: () => onTopic(topic),
      close: () => publisher.close(),
    };
  },
  'the projection from the log': (logDatabase) => ({
    readTo: (position) => following(logDatabase, () => progressOf(logDatabase).waitFor(position, 20_000)),
    positions: () => inReadModel(logDatabase),
  }),
  'a rebuild beside the projection': (logDatabase) => {
    const { em, notifications } = logDatabase;
    const rebuilds = new Rebuilds(em);
    const worker = new RebuildWorker(
      {
        em,
        readModel: progressOf(logDatabase),
        logger: silentLog,
        lockTimeoutMs: 20_000,
      },
      notifications,
      'test',
    );
    worker.start();
    let parts = 0;
    return {
      readTo: async (position) => {
        parts += 1;
        await following(logDatabase, async () => {
          await progressOf(logDatabase).waitFor(position, 20_000);
          // Another rebuild would begin anew, and find what this one had passed over.
          if (parts !== 2) return;
          await new RequestRebuildHandler(em).execute();
          await waitFor(async () => (await rebuilds.latest()).going === null, { what: 'the rebuild' });
          expect((await rebuilds.latest()).last).toMatchObject({ state: 'succeeded' });
        });
      },
      positions: () => inReadModel(logDatabase),
      close: () => worker.stop(),
    };
  },
  'GET /api/events': async ({ database }) => {
    const service = await startService({
      ...serviceEnvironment(database, { url: 'http://127.0.0.1:1' }),
      ROLES: 'api',
    });
    const call = callsTo(service.url);
    const positions: string[] = [];
    return {
      readTo: async () => {
        for (let next: string | null = positions.at(-1) ?? '0'; next !== null;) {
          const { body } = await call('GET', `/api/events?limit=2&after=${next}`);
          positions.push(...(body.items as { position: string }[]).map(({ position }) => position));
          next = body.nextAfter as string | null;
        }
      },
      positions: () => Promise.resolve([...positions]),
      close: () => service.stop(),
    };
  },
};

describeKafka('Nothing is passed over when an older transaction draws a later position,', () => {
  let logDatabase: LogDatabase;
  let reader: Reader;

  beforeEach(async () => {
    logDatabase = await createLogDatabase();
  });
  afterEach(async () => {
    await reader.close?.();
    await logDatabase.close();
  });

  const some = (count: number) => Array.from({ length: count }, () => new ContactStream().updated());
  const waitsForTheLock = async (): Promise<null> => {
    await waitFor(async () => (await lockWaits(logDatabase.database, 'advisory')) > 0, {
      what: 'the younger transaction to wait',
    });
    return null;
  };

  it.each(Object.entries(READERS))(
    'nor when it commits after a younger one wants to: %s',
    async (_, open) => {
      const { em } = logDatabase;
      reader = await open(logDatabase, kafkaSettings());
      let younger: Promise<bigint> | undefined;
      await em.fork().transactional(async (tem) => {
        // It has its number now; the others are through before it draws a position.
        await tem.execute('select pg_current_xact_id()');
        await reader.readTo(await append(em, some(3)));
        await appendEvents(tem, some(2).map(newEvent));
        younger = append(em, some(3));
        // Where nothing holds the younger one back, it is seen before the older one commits.
        const position = await Promise.race([younger, waitsForTheLock()]);
        if (position !== null) await reader.readTo(position);
      });
      await younger;
      await reader.readTo(await append(em, some(1)));
      const log = await readLog(em.fork(), { limit: 100 });
      expect((await reader.positions()).sort()).toEqual(log.map(({ position }) => String(position)).sort());
    },
    60_000,
  );
});
