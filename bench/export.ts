import { get } from 'node:http';

import { type Benchmark, type BenchmarkRun, mostContacts, short } from './benchmark.js';
import { withCleanup } from './harness/with-cleanup.js';
import { type BenchService } from './stage/service.js';
import { serviceOn } from './stage/service-on.js';

const EXPORTS = {
  jsonl: 'format=jsonl',
  'vCard 4.0': 'format=vcard',
  'vCard 3.0': 'format=vcard&version=3.0',
  CSV: 'format=csv',
  'jsonl as of now': 'format=jsonl&asOf=now',
} as const;
type Exported = keyof typeof EXPORTS;
const ALL = Object.keys(EXPORTS) as Exported[];

const PEAK = 'memory at its peak';
const BEFORE = 'memory before';

/** However many contacts there are. */
const MOST_MIB = 400;

const SAMPLE_MS = 50;

export const exporting: Benchmark = {
  name: 'export',
  question: 'How fast are all contacts exported, and in how much memory?',
  subjects: [
    ...ALL.flatMap((what) => [`${what}: contacts a second`, `${what}: size`, `${what}: first byte`]),
    BEFORE,
    ...ALL.map((what) => `${what}: ${PEAK}`),
  ],
  run: measure,
};

async function measure(run: BenchmarkRun): Promise<void> {
  await withCleanup(async (later) => {
    const { stage, settings, recorder, progress } = run;
    const contacts = mostContacts(settings);
    const setting = `${short(contacts)} contacts`;
    const database = await stage.database(contacts);
    const service = await serviceOn(run, database, later, { roles: 'api' });
    // What is only compiled and cached once is no memory of an export.
    for (const what of ALL) await exported(service, `${EXPORTS[what]}&q=nobody`);
    recorder.add(setting, BEFORE, 'MiB', service.rssMiB() ?? 0);
    for (const what of ALL) {
      progress(`${setting}: ${what}`);
      const { seconds, bytes, firstByteSeconds, peakMiB } = await exported(service, EXPORTS[what]);
      recorder.add(setting, `${what}: contacts a second`, 'contacts/s', contacts / seconds);
      recorder.add(setting, `${what}: size`, 'MiB', bytes / 1_048_576);
      recorder.add(setting, `${what}: first byte`, 's', firstByteSeconds);
      recorder.add(setting, `${what}: ${PEAK}`, 'MiB', peakMiB);
      recorder.figure({ setting, subject: `${what}: ${PEAK}` }, { atMost: MOST_MIB });
    }
  });
}

interface Measured {
  readonly seconds: number;
  readonly firstByteSeconds: number;
  readonly bytes: number;
  readonly peakMiB: number;
}

async function exported(service: BenchService, query: string): Promise<Measured> {
  const began = performance.now();
  let peakMiB = 0;
  const sampling = setInterval(() => {
    peakMiB = Math.max(peakMiB, service.rssMiB() ?? 0);
  }, SAMPLE_MS);
  const url = `${service.url}/api/export?${query.replace('now', new Date().toISOString())}`;
  let firstByteSeconds = 0;
  const bytes = await new Promise<number>((resolve, reject) => {
    get(url, (answer) => {
      let sum = 0;
      if (answer.statusCode !== 200) reject(new Error(`GET ${url} was answered with ${answer.statusCode}`));
      answer.on('data', (chunk: Buffer) => {
        if (sum === 0) firstByteSeconds = (performance.now() - began) / 1_000;
        sum += chunk.length;
      });
      answer.on('end', () => {
        resolve(sum);
      });
      answer.on('error', reject);
    }).on('error', reject);
  });
  clearInterval(sampling);
  return { seconds: (performance.now() - began) / 1_000, firstByteSeconds, bytes, peakMiB };
}
