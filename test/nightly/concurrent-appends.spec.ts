import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defineEntity, type MikroORM, p, type SqlEntityManager } from '@mikro-orm/postgresql';
import { readLog } from '#event-store';
import { boundSql, connectDatabase } from '#platform';

import { append, ContactStream, createLogDatabase, type LogDatabase } from '../support/contact-feed-log.js';

const EVENTS = 100_000;
const PROCESSES = 4;
/** As many as a process has connections. */
const WRITERS_A_PROCESS = 10;
const EVENTS_AN_APPEND = 20;

const Placeholder = defineEntity({ name: 'Placeholder', properties: { id: p.integer().primary() } });

describe('While many connections append at once', () => {
  let logDatabase: LogDatabase;
  let processes: MikroORM[];

  beforeAll(async () => {
    logDatabase = await createLogDatabase();
    const { url } = logDatabase.database;
    const connected = Array.from({ length: PROCESSES }, () =>
      connectDatabase(url, { entities: [Placeholder], migrations: [] }),
    );
    processes = await Promise.all(connected);
  });
  afterAll(async () => {
    await Promise.all(processes.map((orm) => orm.close()));
    await logDatabase.close();
  });

  it('a reader that remembers its last position passes over none of 100,000 events', async () => {
    const appends = EVENTS / EVENTS_AN_APPEND / PROCESSES / WRITERS_A_PROCESS;
    const write = async (em: SqlEntityManager): Promise<void> => {
      const streams = Array.from({ length: EVENTS_AN_APPEND }, () => new ContactStream());
      for (let count = 0; count < appends; count += 1) {
        await append(
          em,
          streams.map((stream) => stream.updated()),
        );
      }
    };
    const done = new AbortController();
    const writing = Promise.all(
      processes.flatMap(({ em }) => Array.from({ length: WRITERS_A_PROCESS }, () => write(em))),
    ).finally(() => {
      done.abort();
    });

    const read: bigint[] = [];
    for (let isEnd = false; !isEnd;) {
      const { aborted: wereDone } = done.signal;
      const events = await readLog(logDatabase.em.fork(), { after: read.at(-1) ?? 0n, limit: 100 });
      read.push(...events.map(({ position }) => position));
      isEnd = wereDone && events.length === 0;
    }
    await writing;

    const [log] = await boundSql<{ events: string }>(
      logDatabase.em.fork(),
      'select count(*) as events from events',
    );
    expect([log?.events, read.length]).toEqual([String(EVENTS), EVENTS]);
  }, 120_000);
});
