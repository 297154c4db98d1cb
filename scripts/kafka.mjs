import { projectNode } from './installation.mjs';
import { prepare } from './prepare.mjs';
import { runInForeground } from './programs.mjs';
import { inProject } from './project.mjs';

/** `npm run kafka`: a real Kafka on this machine, beside a running `npm start` or not. */
export async function kafka(args) {
  await prepare();
  return await runInForeground(
    projectNode(),
    [
      // Its Kafka client arms timers in the past.
      '--disable-warning=TimeoutNegativeWarning',
      inProject('dist/apps/local/src/kafka/main.js'),
      ...args,
    ],
    { onMessage: () => undefined },
  );
}
