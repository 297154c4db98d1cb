import { createTestDatabase, renameTestDatabase, type TestDatabase, withServerLock } from './database.js';
import type * as Migrate from './migrate-database.js';
import { outside } from './outside.js';

/**
 * A database of its own with the whole schema: a copy of one that the first suite of the run migrates, because to
 * migrate each one takes the suites a minute.
 */
export async function createMigratedDatabase(): Promise<TestDatabase> {
  const template = process.env.TEST_TEMPLATE;
  if (template === undefined)
    throw new Error('TEST_TEMPLATE is not set: it is when Jest starts the PostgreSQL.');
  await withServerLock(template, async (exists) => {
    if (!exists) await makeTemplate(template);
  });
  return createTestDatabase({ template });
}

async function makeTemplate(name: string): Promise<void> {
  const database = await createTestDatabase();
  const { migrateDatabase } = await outside<typeof Migrate>('test/support/migrate-database.ts');
  await migrateDatabase(database.url);
  // Whole or not there at all.
  await renameTestDatabase(database, name);
}
