import { databaseParts } from '#database';
import { connectDatabase, migrate } from '#platform';

/** Gives an empty database the whole schema. */
export async function migrateDatabase(url: string): Promise<void> {
  const orm = await connectDatabase(url, databaseParts);
  await migrate(orm, url);
  await orm.close();
}
