import 'reflect-metadata';

import { ConfigurationError } from '#platform';

import { startService } from './service.js';

/** sysexits.h: the configuration is at fault. */
const EX_CONFIG = 78;

try {
  const service = await startService();
  // The launcher behind `npm start` waits for this word, and its end is the service's end.
  process.send?.({ ready: true, url: service.url });
  process.once('disconnect', () => {
    process.kill(process.pid, 'SIGTERM');
  });
} catch (error) {
  const isConfiguration = error instanceof ConfigurationError;
  process.stderr.write(`contactstream cannot start: ${describe(error)}\n`);
  process.exit(isConfiguration ? EX_CONFIG : 1);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  if (code === 'EADDRINUSE') return `${error.message}. Set PORT to a free port.`;
  return error.message;
}
