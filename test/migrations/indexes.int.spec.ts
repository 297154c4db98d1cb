import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { createMigratedDatabase } from '../support/migrated-database.js';
import { sql } from '../support/sql.js';

const PAGE = 'docs/indexes.md';

describe('The page of indexes', () => {
  it('has each index of the schema, and no other', async () => {
    const database = await createMigratedDatabase();
    const there = await sql<{ name: string }>(
      database,
      'select indexname as name from pg_indexes where schemaname = current_schema() order by indexname collate "C"',
    );
    await database.drop();

    const told = [...readFileSync(PAGE, 'utf8').matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);

    expect(told.toSorted()).toEqual(there.map(({ name }) => name));
  });
});
