import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ContactQueries,
  LogContactFeed,
  LogFeedGauge,
  ContactProjectionHandler,
  ReadModelPosition,
} from '#read-model';
import { boundSql, Notifications } from '#platform';

import {
  append,
  ContactStream,
  createLogDatabase,
  type LogDatabase,
  newEvent,
} from '../support/contact-feed-log.js';
import { recordingLog, silentLog } from '../support/contact-feed-recording-log.js';
import { waitFor } from '../support/wait-for.js';

describe('What the read model holds, following the log', () => {
  let logDatabase: LogDatabase;
  let progress: ReadModelPosition;

  beforeAll(async () => {
    logDatabase = await createLogDatabase();
    const { em, notifications } = logDatabase;
    progress = new ReadModelPosition(em, new LogFeedGauge(em), notifications);
  });
  afterAll(() => logDatabase.close());

  const whileFollowing = async (work: () => Promise<void>, log = silentLog): Promise<void> => {
    const { em, notifications } = logDatabase;
    const stop = new AbortController();
    const end = new LogContactFeed(em, notifications, log, { pollMs: 60_000 }).follow(
      new ContactProjectionHandler(em),
      stop.signal,
    );
    try {
      await work();
    } finally {
      stop.abort();
      await end;
    }
  };

  it('is told when asked, waited for, and its lag counted', async () => {
    const stream = new ContactStream();
    expect(await progress.holds(0n)).toBe(true);
    const position = await append(logDatabase.em, [stream.updated(), stream.updated()]);
    expect(await progress.holds(position)).toBe(false);
    expect(await progress.waitFor(position, 50)).toBe(false);
    const lag = await progress.lag();
    expect(lag?.events).toBe(2);
    expect(lag?.seconds).toBeGreaterThan(0);
    await whileFollowing(async () => {
      expect(await progress.waitFor(position, 10_000)).toBe(true);
    });
    expect(await progress.holds(position)).toBe(true);
    expect(await progress.holds(position + 1n)).toBe(false);
    expect(await progress.lag()).toEqual({ events: 0, seconds: 0 });
  });

  it('ends the wait of everybody who waits, at their own position', async () => {
    await whileFollowing(async () => {
      const positions = await Promise.all(
        Array.from({ length: 10 }, async () => append(logDatabase.em, [new ContactStream().updated()])),
      );
      const waits = await Promise.all(positions.map((position) => progress.waitFor(position, 10_000)));
      expect(waits).toEqual(positions.map(() => true));
    });
  });

  it('is not looked up again where it was seen to be', async () => {
    const { em } = logDatabase;
    const position = await append(em, [new ContactStream().updated()]);
    await whileFollowing(async () => {
      expect(await progress.waitFor(position, 10_000)).toBe(true);
    });
    await boundSql(em.fork(), 'alter table projection_checkpoints rename to checkpoints_away');
    try {
      expect(await progress.holds(position)).toBe(true);
      expect(await progress.waitFor(position, 0)).toBe(true);
      await expect(progress.holds(position + 1n)).rejects.toThrow('projection_checkpoints');
    } finally {
      await boundSql(em.fork(), 'alter table checkpoints_away rename to projection_checkpoints');
    }
  });

  it('is found out by looking, too, when no notification comes', async () => {
    const deaf = new Notifications(logDatabase.database.url, silentLog);
    const waiting = new ReadModelPosition(logDatabase.em, new LogFeedGauge(logDatabase.em), deaf);
    await whileFollowing(async () => {
      const position = await append(logDatabase.em, [new ContactStream().updated()]);
      expect(await waiting.waitFor(position, 10_000)).toBe(true);
    });
  });

  it('stops at an event that nobody can read, loudly, and goes on once it can be read', async () => {
    const [before, bad, behind] = [new ContactStream(), new ContactStream(), new ContactStream()];
    const log = recordingLog();
    await append(logDatabase.em, [before.updated(), bad.updated(), behind.updated()]);
    const { data } = newEvent({ ...new ContactStream(bad.accountId, bad.id).updated() });
    await boundSql(logDatabase.em.fork(), `update events set data = '{}' where stream_id = $1`, [bad.id]);
    const queries = new ContactQueries(logDatabase.em);
    await whileFollowing(async () => {
      await waitFor(() => log.lines.some(({ level }) => level === 'error'), { what: 'it to be logged' });
      expect(await queries.get(before.id)).not.toBeNull();
      expect(await queries.get(behind.id)).toBeNull();
      await boundSql(logDatabase.em.fork(), 'update events set data = $2::json where stream_id = $1', [
        bad.id,
        data,
      ]);
      await waitFor(() => queries.get(behind.id), { what: 'the event behind' });
    }, log);
    expect(await queries.get(bad.id)).not.toBeNull();
  });

  it('survives a database that refuses its writes for a while', async () => {
    const log = recordingLog();
    const stream = new ContactStream(randomUUID());
    await boundSql(logDatabase.em.fork(), 'alter table contacts rename to contacts_away');
    await whileFollowing(async () => {
      const position = await append(logDatabase.em, [stream.updated()]);
      await waitFor(() => log.lines.some(({ level }) => level === 'error'), { what: 'it to be logged' });
      await boundSql(logDatabase.em.fork(), 'alter table contacts_away rename to contacts');
      expect(await progress.waitFor(position, 20_000)).toBe(true);
    }, log);
    expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    expect(log.lines.at(-1)?.message).toBe('applying events of the log works again');
  });
});
