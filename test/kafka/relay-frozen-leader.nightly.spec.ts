import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { eventId, topicNames } from '#contact-events';
import { readLog } from '#event-store';
import { boundSql } from '#platform';

import { spawnService, type SpawnedProcess } from '../crash/spawned-process.js';
import { kafkaSettings, outsideClient, readTopic, relayed } from '../support/contact-feed-kafka.js';
import { append, ContactStream, createLogDatabase, type LogDatabase } from '../support/contact-feed-log.js';
import { HeldWire } from '../support/held-wire.js';
import { describeKafka, testBrokers } from '../support/kafka.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { waitFor } from '../support/wait-for.js';

/** Nobody: only the relay's role is under test. */
const GOOGLE = { url: 'http://127.0.0.1:1' };

describeKafka('Two processes that relay one log', () => {
  let logDatabase: LogDatabase;
  let processes: SpawnedProcess[];
  let wire: HeldWire;

  beforeEach(async () => {
    logDatabase = await createLogDatabase();
    processes = [];
    wire = await HeldWire.to(testBrokers()[0] ?? '');
  });
  afterEach(async () => {
    for (const process of processes) process.signal('SIGKILL');
    await Promise.all(processes.map(({ ended }) => ended));
    await wire.close();
    await logDatabase.close();
  });

  it('given a leader that is frozen in the middle of a send, when that send goes out after its successor’s, then the state topic still ends as the log does', async () => {
    const { topicPrefix } = kafkaSettings();
    const names = topicNames(topicPrefix);
    const { em, database } = logDatabase;
    const start = async (broker: string): Promise<SpawnedProcess> => {
      const process = await spawnService({
        ...serviceEnvironment(database, GOOGLE),
        ROLES: 'relay',
        KAFKA_BROKERS: broker,
        KAFKA_TOPIC_PREFIX: topicPrefix,
        KAFKA_PARTITIONS: '1',
        LOG_LEVEL: 'info',
      });
      processes.push(process);
      return process;
    };
    const published = (position: bigint): Promise<void> => relayed(em, names.events, position);
    const [changed, gone, back, quiet] = Array.from({ length: 4 }, () => new ContactStream()) as [
      ContactStream,
      ContactStream,
      ContactStream,
      ContactStream,
    ];

    const frozen = await start(wire.broker);
    await published(
      await append(
        em,
        [changed, gone, back, quiet].map((stream) => stream.updated()),
      ),
    );
    const held = wire.hold();
    await append(em, [changed.updated(), gone.updated(), back.deleted(), quiet.updated()]);
    await held;
    frozen.signal('SIGSTOP');
    // What time would do in half a minute.
    await boundSql(em.fork(), 'update leases set expires_at = clock_timestamp()');
    const successor = await start(testBrokers()[0] ?? '');
    await published(await append(em, [changed.updated(), gone.deleted(), back.updated()]));

    const admin = outsideClient().admin();
    await admin.connect();
    const end = async (): Promise<number> => Number((await admin.fetchTopicOffsets(names.state))[0]?.high);
    const before = await end();
    wire.release();
    await waitFor(async () => (await end()) === before + 4, { what: 'the late send to arrive' });
    const late = (await readTopic(names.state)).slice(before);
    expect(late.map(({ headers }) => headers.ce_id)).toEqual(
      [changed, gone, back, quiet].map(({ id }) => eventId(id, 2)),
    );
    frozen.signal('SIGCONT');
    await waitFor(() => frozen.output().includes('standing by'), {
      what: 'it to notice that it leads no more',
    });
    await published(await append(em, [new ContactStream().updated()]));
    await waitFor(async () => (await end()) >= before + 4 + 1 + 3, { what: 'the repair' });
    await admin.disconnect();

    const log = await readLog(em.fork(), { limit: 1_000 });
    const heads = new Map(
      log.map(({ streamId, version, type }) => [
        streamId,
        { id: eventId(streamId, version), isGone: type === 'ContactDeleted' },
      ]),
    );
    const states = (await readTopic(names.state)).map(
      ({ key, value, headers }) => [key, { id: headers.ce_id, isGone: value === null }] as const,
    );
    expect(Object.fromEntries(states)).toEqual(Object.fromEntries(heads));
    expect(successor.output()).toContain('an older state came late');
    expect(new Set((await readTopic(names.events)).map(({ headers }) => headers.ce_id))).toEqual(
      new Set(log.map(({ streamId, version }) => eventId(streamId, version))),
    );
  });
});
