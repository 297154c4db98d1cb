import { join, resolve } from 'node:path';
import { claimDataFolder } from '../data-folder.js';
import { LocalProblem } from '../local-problem.js';
import { loadDotenv } from '../load-dotenv.js';
import { runMain } from '../run-main.js';
import { setting } from '../setting.js';
import { listenForStop } from '../stop-request.js';
import { haveKafkaJars } from './kafka-jars.js';
import { startKafka } from './start-kafka.js';

const DEFAULT_PORT = 9092;

await runMain(async () => {
  const stop = listenForStop();
  loadDotenv();
  const folder = join(resolve(setting('DATA_DIR') ?? '.data'), 'kafka');
  const lock = await claimDataFolder(folder, '"npm run kafka"');
  // Who asks twice will not wait; the next start finds and ends a server left running.
  void stop.insisted.then(() => process.exit(130));
  try {
    console.log(
      haveKafkaJars() ? 'Starting Kafka …' : 'Fetching Kafka (once; some seconds), then starting it …',
    );
    const kafka = await startKafka({
      dataDir: folder,
      port: portOf(setting('KAFKA_PORT')),
      signal: stop.signal,
    });
    console.log(
      `Kafka is ready. In another terminal:\n\n  KAFKA_BROKERS=${kafka.brokers} npm start\n\nCtrl-C stops it; its data stay in ${folder}.`,
    );
    process.send?.({ ready: true });

    const failure = await Promise.race([stop.requested, kafka.failed]);
    if (failure) throw new LocalProblem(`Kafka ended by itself: ${failure}`);
    console.log('Stopping …');
    await kafka.stop();
    return 0;
  } catch (error) {
    // A start that is told to stop fails.
    if (stop.isRequested()) return 0;
    throw error;
  } finally {
    lock.release();
  }
});

function portOf(value: string | undefined): number {
  const port = Number(value ?? DEFAULT_PORT);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new LocalProblem(`KAFKA_PORT is "${String(value)}", which is no port: a number from 1 to 65535 is.`);
}
