import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type FeedCheckpoint,
  LogFeedGauge,
  ContactProjectionHandler,
  ReadModelProgress,
  RebuildRequests,
  RebuildWorker,
  Verification,
} from '#read-model';
import { boundSql } from '#platform';

import { EventLog } from '../../apps/contact-sync/src/projection/event-log.js';
import {
  append,
  ContactStream,
  createLogDatabase,
  type LogDatabase,
  wholeLog,
} from '../support/contact-feed-log.js';
import { silentLog } from '../support/contact-feed-recording-log.js';
import { waitFor } from '../support/wait-for.js';

const TOPIC = 'contacts.events';
const LOG = new EventLog();

describe('A rebuild of a read model that is fed from partitions of a topic', () => {
  let logDatabase: LogDatabase;
  let worker: RebuildWorker;
  let requests: RebuildRequests;
  let reached: bigint;

  beforeAll(async () => {
    logDatabase = await createLogDatabase();
    requests = new RebuildRequests(logDatabase.em);
  });
  afterAll(() => logDatabase.close());

  beforeEach(async () => {
    const { em, notifications } = logDatabase;
    await boundSql(em.fork(), 'truncate events, contacts, projection_progress, projection_rebuilds, leases');
    reached = 0n;
    const progress = { position: () => Promise.resolve(reached) };
    worker = new RebuildWorker(
      { em, log: LOG, progress, logger: silentLog, lockTimeoutMs: 20_000 },
      notifications,
      'test',
    );
    worker.start();
  });
  afterEach(() => worker.stop());

  const at = (partition: number, offset: bigint, position: bigint): FeedCheckpoint => ({
    source: TOPIC,
    partition,
    offset,
    position,
  });
  const rebuilt = async () => {
    expect(await requests.queue()).toBe(true);
    await waitFor(async () => (await requests.latest()).going === null, { what: 'the end of the rebuild' });
    return (await requests.latest()).last;
  };
  const versions = () =>
    boundSql<{ version: string; display_name: string }>(
      logDatabase.em.fork(),
      'select display_name, version from contacts order by display_name',
    );

  it('keeps the progress of each partition, and each goes on into the new table', async () => {
    const { em } = logDatabase;
    const [ada, bo, cy] = [new ContactStream(), new ContactStream(), new ContactStream()];
    const history = [ada.updated({ displayName: 'Ada' }), bo.updated({ displayName: 'Bo' })];
    await append(em, history);
    const late = [
      ada.updated({ displayName: 'Ada 2' }),
      bo.updated({ displayName: 'Bo 2' }),
      cy.updated({ displayName: 'Cy' }),
    ];
    await append(em, late);
    const records = await wholeLog(em);
    const of = (stream: ContactStream) => records.filter(({ event }) => event.contactId === stream.id);
    const projection = new ContactProjectionHandler(em);
    // Partition 0 has brought Ada's first event, partition 1 both of Bo's, partition 2 nothing yet.
    await projection.apply({ records: of(ada).slice(0, 1), previous: null, progress: at(0, 1n, 1n) });
    await projection.apply({ records: of(bo), previous: null, progress: at(1, 2n, 4n) });
    reached = 1n;

    expect(await rebuilt()).toMatchObject({ state: 'succeeded', differences: { count: 0, first: [] } });

    // The new table is ahead of the partitions; what they bring again changes nothing.
    const rows = [
      { display_name: 'Ada 2', version: '2' },
      { display_name: 'Bo 2', version: '2' },
      { display_name: 'Cy', version: '1' },
    ];
    expect(await versions()).toEqual(rows);
    expect(await projection.progressOf(TOPIC)).toEqual([at(0, 1n, 1n), at(1, 2n, 4n)]);
    await projection.apply({ records: of(ada).slice(1), previous: at(0, 1n, 1n), progress: at(0, 2n, 3n) });
    await projection.apply({ records: of(cy), previous: null, progress: at(2, 1n, 5n) });
    expect(await versions()).toEqual(rows);
    const position = await append(em, [cy.updated({ displayName: 'Cy 2' })]);
    await projection.apply({
      records: (await wholeLog(em)).slice(-1),
      previous: at(2, 1n, 5n),
      progress: at(2, 2n, position),
    });
    expect((await versions())[2]).toEqual({ display_name: 'Cy 2', version: '2' });
  });

  it('holds what a partition brings while the swap waits for it', async () => {
    const { em } = logDatabase;
    const ada = new ContactStream();
    await append(em, [ada.updated({ displayName: 'Ada' })]);
    const projection = new ContactProjectionHandler(em);
    const first = { records: await wholeLog(em), previous: null, progress: at(0, 1n, 1n) };
    await projection.apply(first);
    reached = 1n;

    await em.fork().transactional(async (tem) => {
      await boundSql(tem, `select 1 from projection_progress where projection = 'contacts' for update`);
      expect(await requests.queue()).toBe(true);
      await waitFor(
        async () =>
          (
            await boundSql(
              em.fork(),
              `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
               and query like '%from projection_progress%for update'`,
            )
          ).length > 0,
        { what: 'the swap to wait' },
      );
      const position = await append(em, [ada.updated({ displayName: 'Ada 2' })]);
      await projection.applyWithin(tem, {
        records: (await wholeLog(em)).slice(-1),
        previous: first.progress,
        progress: at(0, 2n, position),
      });
    });

    await waitFor(async () => (await requests.latest()).going === null, { what: 'the end of the rebuild' });
    expect((await requests.latest()).last).toMatchObject({ state: 'succeeded' });
    expect(await versions()).toEqual([{ display_name: 'Ada 2', version: '2' }]);
  });

  it('takes rows that the projection has not brought yet for late, and those that it should have for missing', async () => {
    const { em, notifications } = logDatabase;
    const [here, late] = [new ContactStream(), new ContactStream()];
    const position = await append(em, [here.updated()]);
    await append(em, [here.updated(), late.updated()]);
    const verification = new Verification(
      em,
      LOG,
      new ReadModelProgress(em, new LogFeedGauge(em), notifications),
    );
    const verified = () => verification.run(new AbortController().signal);

    expect(await verified()).toMatchObject({ ok: true, position: 0n, contacts: 2, rows: 0 });
    const first = (await wholeLog(em)).slice(0, 1);
    const progress = { source: 'log', partition: 0, offset: position, position };
    await new ContactProjectionHandler(em).apply({ records: first, previous: null, progress });
    expect(await verified()).toMatchObject({ ok: true, position, rows: 1 });
    await boundSql(em.fork(), 'update projection_progress set position = position + 2');
    expect(await verified()).toMatchObject({
      ok: false,
      differences: 2,
      firstDifferences: expect.arrayContaining([
        { contactId: here.id, kind: 'different', columns: ['version'] },
        { contactId: late.id, kind: 'missing', columns: [] },
      ]),
    });
  });

  it('of an empty log gives an empty table', async () => {
    expect(await rebuilt()).toMatchObject({ state: 'succeeded', differences: { count: 0 } });
    expect(await versions()).toEqual([]);
  });
});
