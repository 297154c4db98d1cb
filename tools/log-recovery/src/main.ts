import { existsSync } from 'node:fs';

import { createLog, readConfiguration, refuseToStart } from '#platform';

import { describeRecovery } from './describe-recovery.js';
import { recoverLog } from './recover-log.js';

const EX_USAGE = 2;

const [option, ...others] = process.argv.slice(2);
if (others.length > 0 || (option !== undefined && option !== '--dry-run')) {
  process.stderr.write('Usage: npm run recover-log [-- --dry-run]\n');
  process.exit(EX_USAGE);
}
const dryRun = option === '--dry-run';

try {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const configuration = readConfiguration(process.env);
  const recovery = await recoverLog(configuration, createLog(configuration), { dryRun });
  process.stdout.write(`${describeRecovery(recovery, { dryRun })}\n`);
} catch (error) {
  refuseToStart('recover the log', error);
}
