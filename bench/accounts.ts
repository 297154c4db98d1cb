import { setTimeout as delay } from 'node:timers/promises';

import { type Benchmark, type BenchmarkRun } from './benchmark.js';
import { quantile } from './harness/statistics.js';
import { withCleanup } from './harness/with-cleanup.js';
import { noteProfile } from './report/profile-summary.js';
import { callJson } from './stage/http.js';
import { openLargest } from './stage/largest-account.js';
import { type BenchService } from './stage/service.js';
import { readSlowly } from './stage/slow-readers.js';

const SLOW_READERS = 12;
const LOOKS = 200;
const READY_EVERY_MS = 200;

const LISTS = {
  'accounts, first page': () => '/api/accounts',
  'accounts, page of 500': () => '/api/accounts?limit=500',
  'accounts by name': () => '/api/accounts?sort=name',
  'search of accounts': (look: number) => `/api/accounts?q=person${look}`,
  'accounts that need a sign-in': () => '/api/accounts?state=needs-reauth',
  'status, first page': () => '/api/sync/status',
  'status of those that fail': () => '/api/sync/status?health=failing',
  'status, page of 500': () => '/api/sync/status?limit=500',
} as const satisfies Record<string, (look: number) => string>;

const BESIDE = 'beside a full sync and slow readers';
const READY = 'longest wait for /health/ready';
const RSS = 'most memory of the service';

const subjects = Object.keys(LISTS).flatMap((list) => [
  `${list}: median`,
  `${list}: p99`,
  `${list}: median ${BESIDE}`,
  `${list}: p99 ${BESIDE}`,
]);

export const accounts: Benchmark = {
  name: 'accounts',
  question: `How fast are lists of many accounts, alone and ${BESIDE}?`,
  subjects: [...subjects, READY, RSS],
  run: measure,
};

async function measure(run: BenchmarkRun): Promise<void> {
  await withCleanup(async (later) => {
    const { settings, recorder } = run;
    const { service, accountId, setting, addOthers } = await openLargest(run, later);
    await addOthers();
    const looks = settings.smoke ? 3 : LOOKS;

    const alone = new AbortController();
    const watching = watchReadiness(service, alone.signal);
    await look(run, service, setting, looks, '');
    const file = await service.profiled('accounts', async () => {
      for (let turn = 0; turn < looks; turn += 1) {
        await service.call('GET', LISTS['accounts, page of 500']());
        await service.call('GET', LISTS['status, page of 500']());
      }
    });
    noteProfile(recorder, setting, 'pages of 500 accounts', file);
    const stop = new AbortController();
    const load = Promise.all([
      syncAgainAndAgain(service, accountId, stop.signal),
      readSlowly(
        ['/api/contacts?limit=500', '/api/events?limit=1000'].map((path) => `${service.url}${path}`),
        SLOW_READERS,
        stop.signal,
      ),
    ]);
    try {
      await look(run, service, setting, looks, ` ${BESIDE}`);
    } finally {
      stop.abort();
      await load;
      alone.abort();
    }
    recorder.add(setting, READY, 'ms', await watching);
    recorder.figure({ setting, subject: READY }, { atMost: 1_000 });
    const rss = service.peakRssMiB();
    if (rss === null) recorder.note('This system does not say how much memory a process had.');
    else recorder.add(setting, RSS, 'MiB', rss);
    recorder.figure({ setting, subject: RSS }, { atMost: 400 });
  });
}

/** Asks for one list after the other, one request at a time. */
async function look(
  { recorder, progress }: BenchmarkRun,
  service: BenchService,
  setting: string,
  looks: number,
  when: string,
): Promise<void> {
  for (const [list, pathOf] of Object.entries(LISTS)) {
    progress(`${setting}: ${list}${when}`);
    const times: number[] = [];
    for (let turn = 0; turn <= looks; turn += 1) {
      const start = performance.now();
      const { status } = await service.call('GET', pathOf(turn));
      if (status !== 200) throw new Error(`GET ${pathOf(turn)} was answered with ${status}`);
      // The first one is for the plans.
      if (turn > 0) times.push(performance.now() - start);
    }
    times.sort((a, b) => a - b);
    recorder.add(setting, `${list}: median${when}`, 'ms', quantile(times, 0.5));
    recorder.add(setting, `${list}: p99${when}`, 'ms', quantile(times, 0.99));
    recorder.figure({ setting, subject: `${list}: median${when}` }, { atMost: 50 });
  }
}

async function syncAgainAndAgain(
  service: BenchService,
  accountId: string,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) await service.sync('full', accountId);
}

/** @returns the longest that it took to answer, in ms */
async function watchReadiness(service: BenchService, signal: AbortSignal): Promise<number> {
  let longest = 0;
  while (!signal.aborted) {
    const start = performance.now();
    const { status } = await callJson(`${service.url}/health/ready`, 'GET');
    if (status !== 200) throw new Error(`/health/ready was answered with ${status}`);
    longest = Math.max(longest, performance.now() - start);
    await delay(READY_EVERY_MS);
  }
  return longest;
}
