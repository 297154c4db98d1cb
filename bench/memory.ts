import { setTimeout as delay } from 'node:timers/promises';

import { type Benchmark, type BenchmarkRun, mostContacts, settingOf, short } from './benchmark.js';
import { withCleanup } from './harness/with-cleanup.js';
import { type BenchService } from './stage/service.js';
import { serviceOn } from './stage/service-on.js';

/** What Google allows in one account. */
const ACCOUNT = 25_000;
const LOOK_MS = 20;
const LONGEST_REBUILD_MS = 30 * 60_000;

const SUBJECT = {
  rss: 'most memory of the service, after a full and an incremental sync',
  ready: 'from its start to its first 200 of /health/ready',
  rebuild: 'rebuild of the read model',
  verify: 'verification of the log and the read model',
  laterRss: 'most memory of the service, after rebuild and verification',
} as const;

export const memory: Benchmark = {
  name: 'memory',
  question: 'How much memory does the service need, and how soon is it ready?',
  subjects: Object.values(SUBJECT),
  async run(run) {
    const { settings, recorder } = run;
    const largest = Math.min(ACCOUNT, Math.max(...settings.sizes));
    const syncs = settings.others.flatMap((others) =>
      (others > 0 ? [largest] : settings.sizes).map((size) => ({ size, others })),
    );
    for (const { size, others } of syncs) await measureSyncs(run, size, others);
    for (const beside of new Set(syncs.map(({ others }) => others))) {
      recorder.figure({ setting: startedWith(beside), subject: SUBJECT.ready }, { atMost: 2 });
    }
    const settingsOfSyncs = syncs.map(({ size, others }) => settingOf(size, others));
    const flatFrom = settingsOfSyncs.find((setting) => setting === settingOf(10_000, 0));
    const last = settingsOfSyncs.at(-1);
    if (flatFrom !== undefined && last !== undefined && last !== flatFrom) {
      recorder.ratio(
        `most memory: ${last} / ${flatFrom}`,
        { setting: last, subject: SUBJECT.rss },
        { setting: flatFrom, subject: SUBJECT.rss },
      );
    }
    await rebuildAndVerify(run);
  },
};

function startedWith(contacts: number): string {
  return `${short(contacts)} contacts in a migrated database`;
}

async function measureSyncs(run: BenchmarkRun, size: number, others: number): Promise<void> {
  const { stage, settings, recorder, progress } = run;
  const setting = settingOf(size, others);
  const google = await stage.google();
  const account = await google.createAccount(size);
  for (let repetition = 1; repetition <= settings.repetitions; repetition += 1) {
    progress(`${setting}: repetition ${repetition} of ${settings.repetitions}`);
    await withCleanup(async (later) => {
      const database = await stage.database(others);
      const service = await serviceOn(run, database, later, { profile: false });
      recorder.add(startedWith(others), SUBJECT.ready, 's', service.readyAfterMs / 1_000);
      const accountId = await database.connectAccount(account);
      await service.sync('full', accountId);
      await service.sync('incremental', accountId);
      const rss = service.peakRssMiB();
      if (rss === null) recorder.note('This system does not say how much memory a process had.');
      else recorder.add(setting, SUBJECT.rss, 'MiB', rss);
    });
  }
  recorder.figure({ setting, subject: SUBJECT.rss }, { atMost: 400 });
}

async function rebuildAndVerify(run: BenchmarkRun): Promise<void> {
  await withCleanup(async (later) => {
    const { stage, settings, recorder, progress } = run;
    const contacts = mostContacts(settings);
    const setting = `${short(contacts)} contacts`;
    const database = await stage.database(contacts);
    const service = await serviceOn(run, database, later, { profile: false });
    progress(`${setting}: rebuild`);
    const rebuilding = performance.now();
    await rebuild(service);
    recorder.add(setting, SUBJECT.rebuild, 's', (performance.now() - rebuilding) / 1_000);
    progress(`${setting}: verification`);
    const verifying = performance.now();
    const { status, body } = await service.call('POST', '/api/verify');
    if (status !== 200 || !(body as { ok: boolean }).ok) {
      throw new Error(`The verification was answered with ${status}: ${JSON.stringify(body).slice(0, 500)}`);
    }
    recorder.add(setting, SUBJECT.verify, 's', (performance.now() - verifying) / 1_000);
    const rss = service.peakRssMiB();
    if (rss !== null) recorder.add(setting, SUBJECT.laterRss, 'MiB', rss);
    recorder.figure({ setting, subject: SUBJECT.laterRss }, { atMost: 400 });
  });
}

interface ProjectionState {
  readonly rebuild: object | null;
  readonly lastRebuild: { readonly state: string; readonly error: string | null } | null;
}

async function rebuild(service: BenchService): Promise<void> {
  const { status } = await service.call('POST', '/api/projections/contacts/rebuild');
  if (status !== 202) throw new Error(`The rebuild was answered with ${status}`);
  const deadline = performance.now() + LONGEST_REBUILD_MS;
  for (;;) {
    const { body } = await service.call('GET', '/api/projections');
    const [contacts] = (body as { items: ProjectionState[] }).items;
    const last = contacts?.lastRebuild ?? null;
    if (contacts?.rebuild === null && last !== null) {
      if (last.state === 'succeeded') return;
      throw new Error(`The rebuild is ${last.state}: ${String(last.error)}`);
    }
    if (performance.now() > deadline) throw new Error('The rebuild did not come to its end');
    await delay(LOOK_MS);
  }
}
