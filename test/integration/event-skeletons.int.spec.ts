import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { lastPosition, readLog, removeAccountData } from '#event-store';
import { boundSql } from '#platform';
import { replayToTopic, type TopicMessages } from '#publishing';
import {
  ContactHistory,
  ContactProjectionHandler,
  LogContactFeed,
  LogFeedGauge,
  ReadModelPosition,
  Rebuilds,
  RebuildWorker,
  RequestRebuildHandler,
  Verification,
} from '#read-model';

import { append, ContactStream, createLogDatabase, type LogDatabase } from '../support/contact-feed-log.js';
import { silentLog } from '../support/contact-feed-recording-log.js';
import { waitFor } from '../support/wait-for.js';

describe('An event whose data were removed', () => {
  let logDatabase: LogDatabase;
  let ada: ContactStream;
  let gone: ContactStream;

  beforeAll(async () => {
    logDatabase = await createLogDatabase();
  });
  afterAll(() => logDatabase.close());

  /** Of two accounts by turns; the data of one of them are removed then. */
  beforeEach(async () => {
    const { em } = logDatabase;
    await boundSql(
      em.fork(),
      'truncate events, contacts, projection_checkpoints, projection_rebuilds, leases',
    );
    [ada, gone] = [new ContactStream(), new ContactStream(randomUUID())];
    await append(em, [
      gone.updated({ displayName: 'Secret' }),
      ada.updated({ displayName: 'Ada' }),
      gone.deleted(),
      ada.updated({ displayName: 'Ada Lovelace' }),
      gone.updated({ displayName: 'Secret' }),
    ]);
    const of = { accountId: gone.accountId, limit: 2 };
    const first = await removeAccountData(em.fork(), { ...of, after: 0n });
    const second = await removeAccountData(em.fork(), { ...of, after: first ?? 0n });
    expect(await removeAccountData(em.fork(), { ...of, after: second ?? 0n })).toBeNull();
  });

  const rows = () =>
    boundSql<{ display_name: string }>(logDatabase.em.fork(), 'select display_name, version from contacts');
  const ADA = [{ display_name: 'Ada Lovelace', version: '2' }];

  it('keeps its place in the log, and nothing of what it told', async () => {
    const events = await readLog(logDatabase.em.fork(), { accountId: gone.accountId, limit: 100 });
    expect(events.map(({ version, data, metadata }) => [version, data, metadata])).toEqual(
      [1, 2, 3].map((version) => [version, null, {}]),
    );
    const bytes = await readLog(logDatabase.em.fork(), { limit: 100, bytes: 1_000_000 });
    expect(bytes).toHaveLength(5);
  });

  it('is passed by the feed and by a rebuild, and a verification misses nothing', async () => {
    const { em, notifications } = logDatabase;
    const readModel = new ReadModelPosition(em, new LogFeedGauge(em), notifications);
    const stop = new AbortController();
    const feed = new LogContactFeed(em, notifications, silentLog, { batchSize: 2 });
    const following = feed.follow(new ContactProjectionHandler(em), stop.signal);
    try {
      expect(await readModel.waitFor(await lastPosition(em.fork()), 10_000)).toBe(true);
      expect(await rows()).toEqual(ADA);

      const worker = new RebuildWorker(
        { em, readModel, logger: silentLog, lockTimeoutMs: 20_000 },
        notifications,
        'test',
      );
      worker.start();
      await new RequestRebuildHandler(em).execute();
      const rebuilds = new Rebuilds(em);
      await waitFor(async () => (await rebuilds.latest()).last?.state === 'succeeded', {
        what: 'the rebuild',
      });
      await worker.stop();
      expect(await rows()).toEqual(ADA);

      const report = await new Verification(em, readModel).run(new AbortController().signal);
      expect(report).toMatchObject({ ok: true, contacts: 1, events: 5, rows: 1 });
    } finally {
      stop.abort();
      await following;
    }
  });

  it('leaves a row too many, where the read model still has its contact', async () => {
    const { em, notifications } = logDatabase;
    const secret = new ContactStream(gone.accountId, gone.id).updated({ displayName: 'Secret' });
    const move = { previous: null, next: { source: 'log', partition: 0, offset: 5n, position: 5n } };
    await new ContactProjectionHandler(em).prepare([{ position: 1n, event: secret }]).apply(move);
    const readModel = new ReadModelPosition(em, new LogFeedGauge(em), notifications);
    const report = await new Verification(em, readModel).run(new AbortController().signal);
    expect(report.firstDifferences).toContainEqual({ contactId: gone.id, kind: 'extra', columns: [] });
  });

  it('has no history', async () => {
    const history = new ContactHistory(logDatabase.em);
    expect(await history.of(gone.id, { limit: 10 })).toBeNull();
    expect((await history.of(ada.id, { limit: 10 }))?.items).toHaveLength(2);
  });

  it('is passed by a replay without being sent', async () => {
    const sent: string[] = [];
    const progress: bigint[] = [];
    const publisher = {
      publish: (batches: readonly TopicMessages[]) => {
        sent.push(...batches.flatMap(({ messages }) => messages.map(({ key }) => key)));
        return Promise.resolve([]);
      },
    };
    await replayToTopic(
      logDatabase.em,
      publisher,
      { from: 1n, to: 2n ** 40n },
      {
        topic: 'again',
        publicUrl: 'http://x',
        report: ({ position }) => {
          progress.push(position);
        },
      },
      new AbortController().signal,
    );
    expect(sent).toEqual([ada.id, ada.id]);
    expect(progress).toEqual([await lastPosition(logDatabase.em.fork())]);
  });
});
