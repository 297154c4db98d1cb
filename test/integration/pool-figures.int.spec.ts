import { type MikroORM } from '@mikro-orm/postgresql';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { databaseParts } from '#database';
import {
  boundSql,
  connectDatabase,
  databaseTrouble,
  LACKING_CONNECTIONS,
  poolFigures,
  workForRequest,
} from '#platform';

import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';

const LARGEST = 10;
/** Of them, what requests that read may hold. */
const OF_READERS = 6;

describe('The connections to PostgreSQL', () => {
  let database: TestDatabase;
  let orm: MikroORM;
  beforeAll(async () => {
    expect(poolFigures()).toBeNull();
    database = await createTestDatabase();
    orm = await connectDatabase(database.url, databaseParts);
  });
  afterAll(() => database.drop());

  const figures = (expected: object) =>
    waitFor(() => JSON.stringify(poolFigures()) === JSON.stringify(expected), {
      what: `${JSON.stringify(expected)}, now ${JSON.stringify(poolFigures())}`,
    });

  /** Uses every connection. @returns gives them back */
  const holdAll = async (): Promise<() => Promise<void>> => {
    const over = Promise.withResolvers<undefined>();
    const held = Array.from({ length: LARGEST }, () =>
      orm.em.fork().transactional(async (tx) => {
        await boundSql(tx, 'select 1');
        await over.promise;
      }),
    );
    await figures({ inUse: LARGEST, idle: 0, waiting: 0 });
    return async () => {
      over.resolve(undefined);
      await Promise.all(held);
    };
  };

  it('are missed in words that say whose they are, and each time is told', async () => {
    const lacks: unknown[] = [];
    const onLack = (message: unknown): void => {
      lacks.push(message);
    };
    LACKING_CONNECTIONS.subscribe(onLack);
    const letGo = await holdAll();
    const refusal: unknown = await boundSql(orm.em.fork(), 'select 1').catch((error: unknown) => error);
    expect(databaseTrouble(refusal)).toMatchObject({
      lack: 'pool-full',
      found: expect.stringMatching('of this process'),
    });
    await letGo();
    LACKING_CONNECTIONS.unsubscribe(onLack);
    expect(lacks).toEqual([{ lack: 'pool-full' }]);
  });

  it('are told by what they do, and who waits for one, in either queue', async () => {
    const letGo = await holdAll();
    const gone = new AbortController();
    const readers = Array.from({ length: OF_READERS + 1 }, () =>
      workForRequest(5_000, { gone: gone.signal }, () => boundSql(orm.em.fork(), 'select 1')),
    );
    await figures({ inUse: LARGEST, idle: 0, waiting: OF_READERS + 1 });
    await letGo();
    await Promise.all(readers);
    await figures({ inUse: 0, idle: LARGEST, waiting: 0 });
  });

  it('are none once they are closed', async () => {
    await orm.close();
    expect(poolFigures()).toBeNull();
  });
});
