import { type Benchmark, type BenchmarkRun, settingOf, totals } from './benchmark.js';
import { withCleanup } from './harness/with-cleanup.js';
import { noteProfile } from './report/profile-summary.js';
import { type Contestant, interleave } from './harness/interleave.js';
import { SOURCE_LIST } from './peers/source-algorithm/source-algorithm.js';
import { openContest } from './stage/contest.js';
import { readList } from './stage/google.js';
import { GOOGLES_TIME, recordGoogle } from './stage/recorded-google/record-google.js';

const PAGE_SIZE = 1_000;

const SUBJECT = {
  ours: 'ours, a full sync in which nothing has changed',
  each: 'ours, for each contact',
  cpu: "ours, the service's processor time",
  fetch: 'fetching and parsing alone',
  source: "the source document's algorithm, without its pauses",
} as const;

/** The weekly full sync, which begins a new sync token before Google lets the old one die. */
export const unchangedSync: Benchmark = {
  name: 'unchanged',
  question: 'What does a full sync cost in which nothing has changed?',
  subjects: [...Object.values(SUBJECT), GOOGLES_TIME],
  onDefaults: Object.values(SUBJECT),
  async run(run) {
    for (const others of totals(run.settings)) {
      for (const size of run.settings.sizes) {
        await measure(run, size, others);
        await run.keep();
      }
    }
  },
};

async function measure(run: BenchmarkRun, size: number, others: number): Promise<void> {
  await withCleanup(async (later) => {
    const { stage, settings, recorder, progress } = run;
    const setting = settingOf(size, others);
    const postgres = await stage.postgres();
    const { google, account, accountId, client, service, source } = await openContest(
      run,
      size,
      others,
      later,
    );
    progress(`${setting}: first syncs`);
    await service.sync('full', accountId);
    if (others > 0) await source.fillOthers(others);
    await source.fill(client);
    for (const list of [{ pageSize: PAGE_SIZE }, SOURCE_LIST]) await google.recall(account, list);

    const timed = (subject: string, work: () => Promise<unknown>): Contestant => ({
      name: subject,
      async run() {
        await postgres.checkpoint();
        const cpu = service.cpuMs();
        const start = performance.now();
        await work();
        const took = performance.now() - start;
        const spent = (service.cpuMs() ?? 0) - (cpu ?? 0);
        return () => {
          recorder.add(setting, subject, 's', took / 1_000);
          if (subject !== SUBJECT.ours) return;
          recorder.add(setting, SUBJECT.each, 'µs', (took * 1_000) / size);
          if (cpu !== null) recorder.add(setting, SUBJECT.cpu, 's', spent / 1_000);
        };
      },
    });
    const contestants = [
      timed(SUBJECT.ours, async () => {
        const { statistics } = await service.sync('full', accountId);
        if (statistics.unchanged !== size) throw new Error('A sync that should find nothing new found some');
      }),
      timed(SUBJECT.fetch, () => readList(client, { pageSize: PAGE_SIZE })),
      timed(SUBJECT.source, () => source.sync(client, { pauses: false })),
    ];
    await google.counted(account);
    await interleave(contestants, settings, (what) => {
      progress(`${setting}: ${what}`);
    });
    recordGoogle(recorder, setting, await google.counted(account));
    const file = await service.profiled('unchanged-sync', () => service.sync('full', accountId));
    noteProfile(recorder, setting, 'a whole sync', file);
    const at = (subject: string) => ({ setting, subject });
    recorder.ratio('ours / fetching and parsing alone', at(SUBJECT.ours), at(SUBJECT.fetch), { atMost: 1.3 });
    recorder.ratio("the source document's algorithm / ours", at(SUBJECT.source), at(SUBJECT.ours));
  });
}
