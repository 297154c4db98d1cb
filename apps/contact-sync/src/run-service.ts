import 'reflect-metadata';

import { refuseToStart } from '#platform';
import { startService } from './service.js';

/** A stop takes less, unless what it waits for stands still. */
const STOP_MS = 9_500;

/**
 * Starts the service of this process, and has it end with its signals. A function, and no top level that waits: what it
 * loads on demand would wait for the bundle, and the bundle for it.
 */
export async function runService(): Promise<void> {
  try {
    const service = await startService();
    // The launcher behind `npm start` waits for this word, and its end is the service's end.
    process.send?.({ ready: true, url: service.url });
    process.once('disconnect', () => {
      process.kill(process.pid, 'SIGTERM');
    });
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        setTimeout(() => {
          process.stderr.write(
            'contactstream did not stop in time, and is ended; what it was at goes on later\n',
          );
          process.exit(1);
        }, STOP_MS).unref();
      });
    }
  } catch (error) {
    refuseToStart('start', error);
  }
}
