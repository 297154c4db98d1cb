import { get, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import { type Benchmark, type BenchmarkRun } from './benchmark.js';
import { withCleanup } from './harness/with-cleanup.js';
import { serviceOn } from './stage/service-on.js';

const READERS = 1_000;
const CONTACTS = 50;

/** Longer than the time between two heartbeats. */
const LEAST_SECONDS = 20;

const SUBJECT = {
  idle: 'processor while nothing happens',
  alone: 'processor without readers',
  memory: 'memory a reader',
  sync: `from the start of a sync of ${CONTACTS} contacts to the last event at the last reader`,
} as const;

export const streams: Benchmark = {
  name: 'streams',
  question: `What do ${READERS} readers of streams cost?`,
  subjects: Object.values(SUBJECT),
  run: measure,
};

async function measure(run: BenchmarkRun): Promise<void> {
  await withCleanup(async (later) => {
    const { stage, settings, recorder, progress } = run;
    const count = settings.smoke ? 20 : READERS;
    const setting = `${count} readers`;
    const database = await stage.database();
    const service = await serviceOn(run, database, later);
    const accountId = await database.connectAccount(await (await stage.google()).createAccount(CONTACTS));
    const seconds = settings.smoke ? 1 : Math.max(settings.seconds, LEAST_SECONDS);
    const used = async (): Promise<number> => {
      const before = service.cpuMs() ?? 0;
      await delay(seconds * 1_000);
      return ((service.cpuMs() ?? 0) - before) / (seconds * 10);
    };
    await delay(settings.smoke ? 0 : 5_000);
    recorder.add(setting, SUBJECT.alone, '% of a core', await used());
    const rss = service.rssMiB();
    const readers: IncomingMessage[] = [];
    later(() => {
      for (const reader of readers) reader.destroy();
      return Promise.resolve();
    });
    progress(`${setting} come`);
    const counts: { events: number }[] = [];
    for (let index = 0; index < count; index += 1) {
      const isOfEvents = index % 2 === 0;
      const reader = await open(`${service.url}/api/${isOfEvents ? 'events/stream' : 'stream'}`);
      readers.push(reader);
      if (isOfEvents) counts.push(counted(reader));
      else reader.resume();
    }
    progress(`${setting}: ${seconds} s in which nothing happens`);
    recorder.add(setting, SUBJECT.idle, '% of a core', await used());
    recorder.add(setting, SUBJECT.memory, 'KiB', (((service.rssMiB() ?? 0) - (rss ?? 0)) * 1_024) / count);
    const began = performance.now();
    await service.sync('full', accountId);
    while (counts.some(({ events }) => events < CONTACTS)) {
      if (performance.now() - began > 120_000) throw new Error('A reader was not told all');
      await delay(10);
    }
    recorder.add(setting, SUBJECT.sync, 's', (performance.now() - began) / 1_000);
    recorder.figure({ setting, subject: SUBJECT.idle }, { atMost: 10 });
  });
}

function open(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url, (answer) => {
      if (answer.statusCode === 200) resolve(answer);
      else reject(new Error(`GET ${url} was answered with ${answer.statusCode}`));
    }).on('error', () => {
      // One that is torn off at the end.
      reject(new Error(`GET ${url} broke off`));
    });
  });
}

/** Counts what begins as an event does; a part of the answer may end within it. */
function counted(reader: IncomingMessage): { events: number } {
  const count = { events: 0 };
  let rest = '';
  reader.setEncoding('utf8').on('data', (part: string) => {
    const text = rest + part;
    count.events += text.split('\nevent: ContactUpdated\n').length - 1;
    const end = text.lastIndexOf('\n');
    rest = end === -1 ? text : text.slice(end);
  });
  reader.on('error', () => undefined);
  return count;
}
