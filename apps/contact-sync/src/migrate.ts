import { existsSync } from 'node:fs';

import { readDatabaseConfiguration } from '#platform';

import { migrateDatabase } from './database.js';
import { createLog } from './log.js';
import { refuseToStart } from './refuse-to-start.js';

try {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const configuration = readDatabaseConfiguration(process.env);
  await migrateDatabase(configuration, createLog(configuration));
} catch (error) {
  refuseToStart('migrate', error);
}
