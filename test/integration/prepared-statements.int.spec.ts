import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { boundSql, connectDatabase, PLAN_ANEW } from '#platform';
import { syncEntities } from '#sync';

import { createTestDatabase, type TestDatabase } from '../support/database.js';

const PARTS = { entities: syncEntities, migrations: [] };

describe('A connection of the pool', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  /** What one connection has prepared after the given statements, each carried out twice. */
  const preparedAfter = async (
    statements: readonly (readonly [sql: string, parameters: readonly unknown[]])[],
    isDirect = true,
  ): Promise<string[]> => {
    const orm = await connectDatabase(database.url, PARTS, isDirect);
    try {
      return await orm.em.fork().transactional(async (em) => {
        for (const [sql, parameters] of [...statements, ...statements]) {
          expect(await boundSql(em, sql, parameters)).toHaveLength(1);
        }
        const rows = await boundSql<{ statement: string }>(
          em,
          'select statement from pg_prepared_statements',
        );
        return rows.map(({ statement }) => statement);
      });
    } finally {
      await orm.close();
    }
  };

  it('prepares a statement with parameters once', async () => {
    const statements = [['select $1::int', [1]] as const, ['select $1::text', ['a']] as const];

    expect((await preparedAfter(statements)).sort()).toEqual(['select $1::int', 'select $1::text']);
  });

  it('prepares none that is to be planned anew, and none without parameters', async () => {
    expect(
      await preparedAfter([[`${PLAN_ANEW} select $1::int`, [1]] as const, ['select 1', []] as const]),
    ).toEqual([]);
  });

  it('prepares nothing behind a transaction pooler', async () => {
    expect(await preparedAfter([['select $1::int', [1]] as const], false)).toEqual([]);
  });
});
