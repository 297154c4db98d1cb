import { readConfiguration } from '#platform';

import { migrateDatabase } from './database.js';
import { createLog } from './log.js';

const configuration = readConfiguration(process.env);
await migrateDatabase(configuration, createLog(configuration));
