import { existsSync } from 'node:fs';

import { createLog, readDatabaseConfiguration, refuseToStart } from '#platform';

import { migrateDatabase } from '#database';

try {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const configuration = readDatabaseConfiguration(process.env);
  await migrateDatabase(configuration, createLog(configuration));
} catch (error) {
  refuseToStart('migrate', error);
}
