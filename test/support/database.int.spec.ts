import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from './database.js';

describe('a test database', () => {
  let database: TestDatabase;
  let client: pg.Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
  });

  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  const scalar = async (sql: string): Promise<unknown> => {
    const { rows } = await client.query<{ value: unknown }>(`select (${sql}) as value`);
    return rows[0]?.value;
  };

  it('is empty, in UTF-8, and orders texts the same on every machine', async () => {
    expect(await scalar("select count(*)::int from pg_tables where schemaname = 'public'")).toBe(0);
    expect(
      await scalar(
        'select pg_encoding_to_char(encoding) from pg_database where datname = current_database()',
      ),
    ).toBe('UTF8');
    expect(await scalar('select datlocale from pg_database where datname = current_database()')).toBe(
      'C.UTF-8',
    );
  });

  it('knows the Unicode collations and the search extensions that the read model uses', async () => {
    expect(await scalar("select count(*)::int from pg_collation where collname = 'und-x-icu'")).toBe(1);
    expect(
      await scalar("select count(*)::int from pg_available_extensions where name in ('pg_trgm', 'unaccent')"),
    ).toBe(2);
  });
});
