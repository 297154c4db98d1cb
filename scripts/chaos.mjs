import { projectNode } from './installation.mjs';
import { runJest } from './jest.mjs';
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
function failBrokers() {
  return runJest(['--runInBand', '--reporters', 'default', '--selectProjects', 'brokers']);
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
