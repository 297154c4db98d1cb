import pg from 'pg';

import { type TestDatabase } from './database.js';

/** One statement on a connection of its own: to look where no door leads, or to bring about what takes long. */
export async function sql<Row extends object = Record<string, unknown>>(
  { url }: Pick<TestDatabase, 'url'>,
  statement: string,
  parameters: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Row>(statement, [...parameters]);
    return rows;
  } finally {
    await client.end();
  }
}
