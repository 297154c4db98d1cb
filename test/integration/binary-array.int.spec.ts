import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { arrayText, binaryArray, boundSql, connectDatabase, type DatabaseParts } from '#platform';
import { syncEntities } from '#sync';
import fc from 'fast-check';

import { createTestDatabase, type TestDatabase } from '../support/database.js';

const PARTS: DatabaseParts = { entities: syncEntities, migrations: [] };

/** What PostgreSQL takes: no U+0000, no lone surrogates. */
const text = fc.string({ unit: 'binary' }).map((any) => any.replaceAll('\0', '').toWellFormed());

describe('An array as a parameter', () => {
  let database: TestDatabase;
  let orm: Awaited<ReturnType<typeof connectDatabase>>;
  beforeAll(async () => {
    database = await createTestDatabase();
    orm = await connectDatabase(database.url, PARTS, true);
  });
  afterAll(async () => {
    await orm.close();
    await database.drop();
  });

  const items = async (type: string, array: unknown): Promise<unknown[]> => {
    const sql = `select item::text from unnest($1::${type}[]) with ordinality as a (item, place) order by place`;
    const rows = await boundSql<{ item: string | null }>(orm.em.fork(), sql, [array]);
    return rows.map(({ item }) => item);
  };

  it('holds any texts and nulls, to the byte', async () => {
    const some = fc.array(fc.option(fc.oneof(text, fc.constantFrom('', '"', '\\', '{},\n', 'NULL', '😀'))));
    await fc.assert(
      fc.asyncProperty(some, async (texts) => {
        expect(await items('text', binaryArray('text', texts))).toEqual(texts);
      }),
    );
  });

  it('holds JSON as it is, and ids', async () => {
    const json = ['{"b" : 1,"a":"é\\n"}', '[]'];
    expect(await items('json', binaryArray('json', json))).toEqual(json);
    const ids = ['6b1e1f0c-5a35-4f3e-9a0c-0d7f6f1f4b11', '00000000-0000-0000-0000-000000000000'];
    expect(await items('uuid', binaryArray('uuid', ids))).toEqual(ids);
  });

  it('holds arrays of any texts', async () => {
    const some = fc.array(fc.oneof(text, fc.constantFrom('', '"', '\\', '{},\n', 'NULL')));
    await fc.assert(
      fc.asyncProperty(some, async (texts) => {
        expect(await items('text', arrayText(texts))).toEqual(texts);
      }),
    );
  });
});
