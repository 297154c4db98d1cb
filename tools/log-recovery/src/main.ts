import { existsSync } from 'node:fs';

import { createLog, readConfiguration, refuseToStart } from '#platform';

import { describeRecovery } from './describe-recovery.js';
import { recoverLog } from './recover-log.js';

/** `contactstream recover-log` */
export async function run({ dryRun = false }: { readonly dryRun?: boolean }): Promise<void> {
  try {
    if (existsSync('.env')) process.loadEnvFile('.env');
    const configuration = readConfiguration(process.env);
    const recovery = await recoverLog(configuration, createLog(configuration), { dryRun });
    process.stdout.write(`${describeRecovery(recovery, { dryRun })}\n`);
  } catch (error) {
    refuseToStart('recover the log', error);
  }
}
