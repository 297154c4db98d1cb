import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type ContactView, foldContact } from '#contact-events';
import { ContactQueries, TopicFeedGauge, ReadModelPosition } from '#read-model';
import { type KafkaSettings, partitionOfKey } from '#kafka';
import { type Relay, RelayedPartitions } from '#publishing';
import pg from 'pg';

import { spawnService, type SpawnedProcess } from '../crash/spawned-process.js';
import { shownContact } from '../support/shown-contacts.js';
import { kafkaEnvironment, kafkaSettings, startRelay } from '../support/contact-feed-kafka.js';
import {
  append,
  ContactStream,
  createLogDatabase,
  type LogDatabase,
  wholeLog,
} from '../support/contact-feed-log.js';
import { describeKafka } from '../support/kafka.js';
import { lockWaits } from '../support/lock-waits.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { waitFor } from '../support/wait-for.js';

/** Nobody: only the projector's role is under test. */
const GOOGLE = { url: 'http://127.0.0.1:1' };
/** A frozen member's session, and the group's next generation. */
const TAKEOVER_MS = 40_000;

describeKafka('Two processes that project one topic', () => {
  let logDatabase: LogDatabase;
  let settings: KafkaSettings;
  let relay: Relay;
  let progress: ReadModelPosition;
  let processes: SpawnedProcess[];
  const streams = Array.from({ length: 60 }, () => new ContactStream());

  beforeEach(async () => {
    logDatabase = await createLogDatabase();
    settings = kafkaSettings();
    relay = startRelay(logDatabase, settings);
    const { em, notifications } = logDatabase;
    progress = new ReadModelPosition(
      em,
      new TopicFeedGauge(em, new RelayedPartitions(em), settings.topicPrefix, partitionOfKey),
      notifications,
    );
    processes = [];
  });
  afterEach(async () => {
    for (const process of processes) process.signal('SIGKILL');
    await Promise.all(processes.map(({ ended }) => ended));
    await relay.stop();
    await logDatabase.close();
  });

  const start = async (): Promise<SpawnedProcess> => {
    const process = await spawnService({
      ...serviceEnvironment(logDatabase.database, GOOGLE),
      ...kafkaEnvironment(settings),
      ROLES: 'projector',
      LOG_LEVEL: 'info',
    });
    processes.push(process);
    return process;
  };
  const change = (name: string): Promise<bigint> =>
    append(
      logDatabase.em,
      streams.map((stream) => stream.updated({ displayName: `${name} ${stream.version}` })),
    );
  const caughtUp = async (position: bigint): Promise<void> => {
    expect(await progress.waitFor(position, TAKEOVER_MS)).toBe(true);
  };
  const rowsAreTheLog = async (): Promise<void> => {
    const folded = new Map<string, ContactView | null>();
    for (const { event } of await wholeLog(logDatabase.em)) {
      folded.set(event.contactId, foldContact(folded.get(event.contactId) ?? null, event));
    }
    const queries = new ContactQueries(logDatabase.em);
    expect(folded.size).toBe(streams.length);
    for (const [id, view] of folded) expect(await shownContact(queries, id)).toEqual(view);
  };

  it('one that is frozen in the middle of a batch is replaced, and changes nothing when it wakes', async () => {
    const frozen = await start();
    await caughtUp(await change('Before'));
    const blocker = new pg.Client({ connectionString: logDatabase.database.url });
    await blocker.connect();
    try {
      await blocker.query('begin');
      await blocker.query('lock table contacts in share row exclusive mode');
      await change('Meanwhile');
      await waitFor(async () => (await lockWaits(logDatabase.database)) > 0, {
        what: 'the process to stand before its rows',
      });
      frozen.signal('SIGSTOP');
    } finally {
      await blocker.end();
    }

    const other = await start();
    await caughtUp(await change('After'));
    await rowsAreTheLog();
    frozen.signal('SIGCONT');

    await caughtUp(await change('Awake'));
    other.signal('SIGTERM');
    await other.ended;
    await caughtUp(await change('Alone'));
    await rowsAreTheLog();
  }, 120_000);
});
