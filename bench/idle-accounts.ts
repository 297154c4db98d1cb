import { setTimeout as delay } from 'node:timers/promises';

import { type Benchmark } from './benchmark.js';
import { withCleanup } from './harness/with-cleanup.js';
import { LOAD } from './stage/crew-load.js';
import { ScheduleWatch } from './stage/schedule-watch.js';
import { FIRST, JITTER, LATE, openScene, spread, undisturbed, withCrew } from './stage/scheduled-accounts.js';

/** So that 10,000 accounts have the five minutes that are the default, and fewer as many syncs a second. */
const INTERVAL_MS_AN_ACCOUNT = 30;
const LEAST_INTERVAL_S = 3;

const SHARE = {
  service: 'processor time of the service, for 10k accounts every five minutes',
  all: 'processor time of the service and PostgreSQL, for 10k accounts every five minutes',
} as const;

/** Most accounts at most times: nothing has changed. */
export const idleAccounts: Benchmark = {
  name: 'idle-accounts',
  question: 'What do accounts cost in which nothing happens, at the default interval, in one process?',
  subjects: [FIRST, ...Object.values(LOAD), ...Object.values(LATE), ...Object.values(SHARE)],
  async run(run) {
    await withCleanup(async (later) => {
      const scene = await openScene(run, later);
      const { database, accounts, named } = scene;
      const intervalS = Math.max(
        LEAST_INTERVAL_S,
        Math.round((accounts.length * INTERVAL_MS_AN_ACCOUNT) / 1_000),
      );
      const setting = `${named} every ${intervalS} s, 1 process`;
      const watch = await ScheduleWatch.start(database);
      await withCrew(scene, 1, `${intervalS}s`, async (crew) => {
        await spread(scene, intervalS);
        // By then it has an access token of each account, which it asks for once an hour.
        run.progress(`${setting}: an interval before`);
        await delay(intervalS * 1_000);
        const done = await undisturbed(scene, crew, watch, setting, intervalS);
        // The middle of the interval and the most that the jitter takes from it.
        const syncsASecond = 10_000 / (300 * (1 - JITTER / 2));
        const share = (ms: number): number => (ms / done.count) * (syncsASecond / 1_000) * 100;
        run.recorder.add(setting, SHARE.service, '% of a core', share(done.serviceMs));
        run.recorder.add(setting, SHARE.all, '% of a core', share(done.serviceMs + done.postgresMs));
        run.recorder.figure({ setting, subject: SHARE.service }, { atMost: 10 });
      });
    });
  },
};
