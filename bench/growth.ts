import { type Benchmark, type BenchmarkRun, settingOf, totals } from './benchmark.js';
import { type Contestant, interleave } from './harness/interleave.js';
import { type Later, withCleanup } from './harness/with-cleanup.js';
import { type GoogleAccount } from './stage/google.js';
import { GOOGLES_TIME, recordGoogle } from './stage/recorded-google/record-google.js';
import { serviceOn } from './stage/service-on.js';

const CHANGES = 10;
const PAGE_SIZE = 1_000;

const SUBJECT = {
  log: 'an incremental sync of 10 changes, event log committed',
  answer: 'an incremental sync of 10 changes, answered, with the read model caught up',
} as const;

export const growth: Benchmark = {
  name: 'growth',
  question: 'Does an incremental sync take longer in a larger account, beside more others?',
  subjects: [...Object.values(SUBJECT), GOOGLES_TIME],
  async run(run) {
    const { settings, recorder } = run;
    const smallest = { size: Math.min(...settings.sizes), others: Math.min(...totals(settings)) };
    const largest = { size: Math.max(...settings.sizes), others: Math.max(...totals(settings)) };
    await withCleanup((later) => measure(run, [smallest, largest], later));
    const [small, large] = [
      settingOf(smallest.size, smallest.others),
      settingOf(largest.size, largest.others),
    ];
    if (small === large) return;
    for (const subject of Object.values(SUBJECT)) {
      recorder.ratio(
        `${subject}: in ${large} / in ${small}`,
        { setting: large, subject },
        { setting: small, subject },
        { atMost: 1.2 },
      );
    }
  },
};

/** In turns, because the speed of a machine changes within the minutes that one account takes. */
async function measure(
  run: BenchmarkRun,
  accounts: readonly { readonly size: number; readonly others: number }[],
  later: Later,
): Promise<void> {
  const { stage, settings, recorder, progress } = run;
  const google = await stage.google();
  const changes: ((seed: number) => Promise<void>)[] = [];
  const measured: { readonly setting: string; readonly account: GoogleAccount }[] = [];
  const contestants: Contestant[] = [];
  for (const { size, others } of accounts) {
    const setting = settingOf(size, others);
    progress(`${setting}: first sync`);
    const account = await google.createAccount(size);
    const database = await stage.database(others);
    const service = await serviceOn(run, database, later, { profile: false });
    const accountId = await database.connectAccount(account);
    await service.sync('full', accountId);
    // Steady state: the planner knows the tables, as it does in a service that has run for a while.
    await database.query('vacuum analyze');
    measured.push({ setting, account });
    changes.push(async (seed) => {
      await google.change(account, CHANGES, seed);
      await google.recall(account, { pageSize: PAGE_SIZE, syncToken: await database.syncToken(accountId) });
    });
    contestants.push({
      name: setting,
      async run() {
        const times = await service.sync('incremental', accountId);
        return () => {
          recorder.add(setting, SUBJECT.log, 'ms', times.logCommitted);
          recorder.add(setting, SUBJECT.answer, 'ms', times.readModelCaughtUp ?? Number.NaN);
        };
      },
    });
  }
  // They take milliseconds, so there can be many; a few would be noise.
  const often = settings.smoke ? settings : { repetitions: settings.repetitions * 10, warmUps: 10 };
  progress(`${CHANGES} changes in turns: ${often.repetitions} repetitions`);
  let seed = 1;
  const beforeRound = async (): Promise<void> => {
    seed += 1;
    for (const change of changes) await change(seed);
  };
  for (const { account } of measured) await google.counted(account);
  await interleave(contestants, { ...often, beforeRound }, () => undefined);
  for (const { setting, account } of measured) {
    recordGoogle(recorder, setting, await google.counted(account));
  }
}
