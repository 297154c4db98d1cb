import { createLog, readDatabaseConfiguration, refuseToStart } from '#platform';

import { migrateDatabase } from '#database';
import { loadDotenv } from './load-dotenv.js';

/** `contactstream migrate` */
export async function run(): Promise<void> {
  try {
    loadDotenv();
    const configuration = readDatabaseConfiguration(process.env);
    await migrateDatabase(configuration, createLog(configuration));
  } catch (error) {
    refuseToStart('migrate', error);
  }
}
