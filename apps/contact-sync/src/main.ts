import 'reflect-metadata';

import { refuseToStart } from '#platform';
import { startService } from './service.js';

try {
  const service = await startService();
  // The launcher behind `npm start` waits for this word, and its end is the service's end.
  process.send?.({ ready: true, url: service.url });
  process.once('disconnect', () => {
    process.kill(process.pid, 'SIGTERM');
  });
} catch (error) {
  refuseToStart('start', error);
}
