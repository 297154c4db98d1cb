import { createLog, readDatabaseConfiguration, refuseToStart } from '#platform';

import { migrateDatabase } from '#database';
import { loadDotenv } from './load-dotenv.js';

try {
  loadDotenv();
  const configuration = readDatabaseConfiguration(process.env);
  await migrateDatabase(configuration, createLog(configuration));
} catch (error) {
  refuseToStart('migrate', error);
}
