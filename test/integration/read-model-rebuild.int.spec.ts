import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type FeedCheckpoint,
  LogFeedGauge,
  ContactProjectionHandler,
  ReadModelPosition,
  Rebuilds,
  RebuildWorker,
  RequestRebuildHandler,
  Verification,
} from '#read-model';
import { boundSql } from '#platform';

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

describe('A rebuild of a read model that is fed from partitions of a topic', () => {
  let logDatabase: LogDatabase;
  let worker: RebuildWorker;
  let requests: RequestRebuildHandler;
  let rebuilds: Rebuilds;
  let reached: bigint;

  beforeAll(async () => {
    logDatabase = await createLogDatabase();
    requests = new RequestRebuildHandler(logDatabase.em);
    rebuilds = new Rebuilds(logDatabase.em);
  });
  afterAll(() => logDatabase.close());

  beforeEach(async () => {
    const { em, notifications } = logDatabase;
    await boundSql(
      em.fork(),
      'truncate events, contacts, projection_checkpoints, projection_rebuilds, leases',
    );
    reached = 0n;
    const readModel = { position: () => Promise.resolve(reached) };
    worker = new RebuildWorker(
      { em, readModel, logger: silentLog, lockTimeoutMs: 20_000 },
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
    await requests.execute();
    await waitFor(async () => (await rebuilds.latest()).going === null, { what: 'the end of the rebuild' });
    return (await rebuilds.latest()).last;
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
    await projection.prepare(of(ada).slice(0, 1)).apply({ previous: null, next: at(0, 1n, 1n) });
    await projection.prepare(of(bo)).apply({ previous: null, next: at(1, 2n, 4n) });
    reached = 1n;

    expect(await rebuilt()).toMatchObject({ state: 'succeeded', differences: { count: 0, first: [] } });

    // The new table is ahead of the partitions; what they bring again changes nothing.
    const rows = [
      { display_name: 'Ada 2', version: '2' },
      { display_name: 'Bo 2', version: '2' },
      { display_name: 'Cy', version: '1' },
    ];
    expect(await versions()).toEqual(rows);
    expect(await projection.checkpointsOf(TOPIC)).toEqual([at(0, 1n, 1n), at(1, 2n, 4n)]);
    await projection.prepare(of(ada).slice(1)).apply({ previous: at(0, 1n, 1n), next: at(0, 2n, 3n) });
    await projection.prepare(of(cy)).apply({ previous: null, next: at(2, 1n, 5n) });
    expect(await versions()).toEqual(rows);
    const position = await append(em, [cy.updated({ displayName: 'Cy 2' })]);
    const last = (await wholeLog(em)).slice(-1);
    await projection.prepare(last).apply({ previous: at(2, 1n, 5n), next: at(2, 2n, position) });
    expect((await versions())[2]).toEqual({ display_name: 'Cy 2', version: '2' });
  });

  it('holds what a partition brings while the swap waits for it', async () => {
    const { em } = logDatabase;
    const ada = new ContactStream();
    await append(em, [ada.updated({ displayName: 'Ada' })]);
    const projection = new ContactProjectionHandler(em);
    await projection.prepare(await wholeLog(em)).apply({ previous: null, next: at(0, 1n, 1n) });
    reached = 1n;

    await em.fork().transactional(async (tem) => {
      await boundSql(tem, `select 1 from projection_checkpoints where projection = 'contacts' for update`);
      await requests.execute();
      await waitFor(
        async () =>
          (
            await boundSql(
              em.fork(),
              `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
               and query like '%from "projection_checkpoints"%for update'`,
            )
          ).length > 0,
        { what: 'the swap to wait' },
      );
      const position = await append(em, [ada.updated({ displayName: 'Ada 2' })]);
      const last = (await wholeLog(em)).slice(-1);
      await projection.prepare(last).applyWithin(tem, { previous: at(0, 1n, 1n), next: at(0, 2n, position) });
    });

    await waitFor(async () => (await rebuilds.latest()).going === null, { what: 'the end of the rebuild' });
    expect((await rebuilds.latest()).last).toMatchObject({ state: 'succeeded' });
    expect(await versions()).toEqual([{ display_name: 'Ada 2', version: '2' }]);
  });

  it('takes rows that the projection has not brought yet for late, and those that it should have for missing', async () => {
    const { em, notifications } = logDatabase;
    const [here, late] = [new ContactStream(), new ContactStream()];
    const position = await append(em, [here.updated()]);
    await append(em, [here.updated(), late.updated()]);
    const verification = new Verification(em, new ReadModelPosition(em, new LogFeedGauge(em), notifications));
    const verified = () => verification.run(new AbortController().signal);

    expect(await verified()).toMatchObject({ ok: true, position: 0n, contacts: 2, rows: 0 });
    const first = (await wholeLog(em)).slice(0, 1);
    const next = { source: 'log', partition: 0, offset: position, position };
    await new ContactProjectionHandler(em).prepare(first).apply({ previous: null, next: next });
    expect(await verified()).toMatchObject({ ok: true, position, rows: 1 });
    await boundSql(em.fork(), 'update projection_checkpoints set position = position + 2');
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
