import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { createLogDatabase, type LogDatabase } from '../support/contact-feed-log.js';
import { sql } from '../support/sql.js';

/** More than the pool has places. */
const TIMES = 12;

describe('A connection that is lost while somebody holds it', () => {
  let database: LogDatabase;
  beforeAll(async () => {
    database = await createLogDatabase();
  });
  afterAll(() => database.close());

  const lose = async (tem: SqlEntityManager): Promise<void> => {
    const [backend] = await boundSql<{ pid: number }>(tem, 'select pg_backend_pid() as pid');
    await sql(database.database, 'select pg_terminate_backend($1, 5000)', [backend?.pid]);
  };

  it('costs the pool no place, however often it happens', async () => {
    for (let time = 0; time < TIMES; time += 1) {
      const lost = database.em.fork().transactional(async (tem) => {
        await lose(tem);
        await boundSql(tem, 'select 1');
      });
      await expect(lost).rejects.toThrow();
    }
    expect(await boundSql(database.em.fork(), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('is not given out again, where it was lost with a single statement', async () => {
    const em = database.em.fork();
    for (let time = 0; time < TIMES; time += 1) {
      await expect(boundSql(em, 'select pg_terminate_backend(pg_backend_pid())')).rejects.toThrow();
      expect(await boundSql(em, 'select 1 as one')).toEqual([{ one: 1 }]);
    }
  });

  it('nor where it is lost at the commit', async () => {
    for (let time = 0; time < TIMES; time += 1) {
      await expect(database.em.fork().transactional((tem) => lose(tem))).rejects.toThrow();
    }
    expect(await boundSql(database.em.fork(), 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});
