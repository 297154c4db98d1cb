import { projectNode } from './installation.mjs';
import { prepare } from './prepare.mjs';
import { runInForeground, wasStopped } from './programs.mjs';
import { inProject } from './project.mjs';

/**
 * `npm run chaos`: the fault harness. `npm run chaos -- --kills 5 --contacts 2000 --seed 7` for less, or again;
 * `npm run chaos -- --brokers` for Kafka's part alone.
 */
export async function chaos(args) {
  await prepare();
  if (args.includes('--brokers')) return await failBrokers();
  const code = await killServices(args);
  return code !== 0 || wasStopped() || args.length > 0 ? code : await failBrokers();
}

/** Brokers that are killed, lose their leaders, or cannot write. */
async function failBrokers() {
  return await runInForeground(
    projectNode(),
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      '--disable-warning=TimeoutNegativeWarning',
      inProject('node_modules/jest/bin/jest.js'),
      '--runInBand',
      '--reporters',
      'default',
      '--selectProjects',
      'brokers',
    ],
    { wholeGroup: true },
  );
}

async function killServices(args) {
  return await runInForeground(
    projectNode(),
    [
      '--disable-warning=ExperimentalWarning',
      '--import',
      inProject('test/support/resolve-typescript.mjs'),
      inProject('chaos/main.ts'),
      ...args,
    ],
    { wholeGroup: true },
  );
}
