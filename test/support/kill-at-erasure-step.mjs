// Loaded before a service (NODE_OPTIONS=--import): ends it, as a crash would, when an erasure comes to a step.
import { subscribe } from 'node:diagnostics_channel';

subscribe('contactstream:erasure-progress', ({ step }) => {
  if (step === process.env.KILL_AT_ERASURE_STEP) process.kill(process.pid, 'SIGKILL');
});
