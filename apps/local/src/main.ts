import { join, resolve } from 'node:path';
import { Launcher } from './launcher.js';
import { loadDotenv } from './load-dotenv.js';
import { runMain } from './run-main.js';
import { setting } from './setting.js';
import { listenForStop } from './stop-request.js';

const apps = resolve(import.meta.dirname, '../..');

await runMain(async () => {
  const stop = listenForStop();
  loadDotenv();
  const launcher = new Launcher({
    dataDir: resolve(setting('DATA_DIR') ?? '.data'),
    entries: {
      service: resolve(apps, '../service/main.js'),
      simulator: join(apps, 'people-simulator/src/main.js'),
    },
    stop,
  });
  return await launcher.run();
});
