import { setTimeout as delay } from 'node:timers/promises';

import { type Benchmark, type BenchmarkRun, short } from './benchmark.js';
import { quantile } from './harness/statistics.js';
import { withCleanup } from './harness/with-cleanup.js';
import { noteProfile } from './report/profile-summary.js';
import { type BenchDatabase } from './stage/bench-database.js';
import { callJson } from './stage/http.js';
import { openLargest } from './stage/largest-account.js';
import { type BenchService } from './stage/service.js';

const RATE = 200;
/** Of searches in all accounts alone: what the fastest of them would need of both cores. */
const WHOLE_RATE = 20;
/** What a refusal counts as: nobody waits for longer. */
const REFUSED_MS = 60_000;
/** How many different requests of each kind there are. */
const SAMPLES = 200;

const IN_ACCOUNT = 'searches in an account';
const IN_LARGEST = 'searches in the largest account';
const IN_ALL = 'searches in all accounts';
const LOOK_UPS = 'look-ups by number';
const OTHERS = 'lists and single contacts';
const ALL = 'all requests';

/** Of a hundred requests: an app of one person, a telephone system, and now and then somebody who looks at everything. */
const MIX = { [IN_ACCOUNT]: 50, [IN_LARGEST]: 10, [LOOK_UPS]: 20, [OTHERS]: 18, [IN_ALL]: 2 } as const;
type Kind = keyof typeof MIX;

const mixed = (what: string, percentile: string): string =>
  `${what}, among ${RATE} mixed a second: ${percentile}`;
const alone = (what: string, percentile: string): string => `${what}, ${WHOLE_RATE} a second: ${percentile}`;
const KINDS: readonly Kind[] = [IN_ACCOUNT, IN_LARGEST, LOOK_UPS, OTHERS, IN_ALL];
const PERCENTILES = { p50: 0.5, p99: 0.99 } as const;

const subjects = Object.keys(PERCENTILES).flatMap((percentile) => [
  ...[...KINDS, ALL].map((what) => mixed(what, percentile)),
  alone(IN_LARGEST, percentile),
  alone(IN_ALL, percentile),
]);

export const search: Benchmark = {
  name: 'search',
  question:
    'How long does a search take, with the contacts of many accounts and requests that come when they come?',
  subjects,
  run: measure,
};

async function measure(run: BenchmarkRun): Promise<void> {
  await withCleanup(async (later) => {
    const { settings, recorder, progress } = run;
    const { database, service, accountId, largest, contacts, setting, addOthers } = await openLargest(
      run,
      later,
    );
    const alonePlace = `${short(largest)} contacts, 1 account`;
    const seconds = settings.smoke ? 1 : settings.seconds;
    // Else PostgreSQL knows nothing of the contacts yet, and chooses its plans for none.
    await database.query('vacuum analyze');
    const atHome = await samplePaths(database, accountId);
    await arrive(service, atHome[IN_LARGEST], WHOLE_RATE, seconds);
    record(
      run,
      alonePlace,
      alone(IN_LARGEST, ''),
      await arrive(service, atHome[IN_LARGEST], WHOLE_RATE, seconds),
    );

    await addOthers();
    const paths = await samplePaths(database, accountId);
    const hundred = KINDS.flatMap((kind) => Array.from({ length: MIX[kind] }, () => kind));
    const mix = Array.from({ length: RATE * seconds }, (_, index) => {
      // A step that shares no divisor with a hundred visits each place once.
      const kind = hundred[(index * 37) % hundred.length] ?? IN_ACCOUNT;
      return { kind, path: paths[kind][index % paths[kind].length] ?? '' };
    });
    const mixedPaths = mix.map(({ path }) => path);
    progress(`${setting}: ${RATE} mixed requests a second`);
    await arrive(service, mixedPaths, RATE, Math.min(seconds, 5));
    const times = await arrive(service, mixedPaths, RATE, seconds);
    record(run, setting, mixed(ALL, ''), times);
    for (const kind of KINDS) {
      record(
        run,
        setting,
        mixed(kind, ''),
        times.filter((_, index) => mix[index]?.kind === kind),
      );
    }
    for (const kind of [IN_LARGEST, IN_ALL] as const) {
      progress(`${setting}: ${kind}, ${WHOLE_RATE} a second`);
      record(run, setting, alone(kind, ''), await arrive(service, paths[kind], WHOLE_RATE, seconds));
    }
    recorder.figure({ setting, subject: mixed(ALL, 'p99') }, { atMost: 25 });
    for (const kind of [IN_ACCOUNT, IN_LARGEST]) {
      recorder.figure({ setting, subject: mixed(kind, 'p99') }, { atMost: 10 });
    }
    recorder.figure({ setting, subject: mixed(LOOK_UPS, 'p99') }, { atMost: 5 });
    recorder.ratio(
      `${IN_LARGEST}: beside ${short(contacts)} contacts of others / alone, p50`,
      { setting, subject: alone(IN_LARGEST, 'p50') },
      { setting: alonePlace, subject: alone(IN_LARGEST, 'p50') },
      { atMost: 1.2 },
    );
    const file = await service.profiled('search', () => arrive(service, mixedPaths, RATE, seconds));
    noteProfile(recorder, setting, 'mixed requests', file);
    recorder.note(
      'Requests are sent when they are due, whatever became of those before; so long, from when they were due. A refusal ' +
        '(429) counts as 60 s.',
    );
  });
}

function record(
  { recorder }: BenchmarkRun,
  setting: string,
  subject: string,
  times: readonly number[],
): void {
  const sorted = times.toSorted((a, b) => a - b);
  for (const [name, share] of Object.entries(PERCENTILES)) {
    recorder.add(setting, `${subject}${name}`, 'ms', quantile(sorted, share));
  }
}

/** @returns for each request, how long after it was due its answer had come, in ms */
async function arrive(
  service: BenchService,
  paths: readonly string[],
  rate: number,
  seconds: number,
): Promise<number[]> {
  const begin = performance.now();
  const answers: Promise<number>[] = [];
  for (let index = 0; index < rate * seconds; index += 1) {
    const due = begin + (index * 1_000) / rate;
    const early = due - performance.now();
    if (early > 0) await delay(early);
    answers.push(answered(`${service.url}${paths[index % paths.length] ?? ''}`, due));
  }
  return Promise.all(answers);
}

/** A search in all accounts that is refused because too many wait is no answer: it is the longest wait of all. */
async function answered(url: string, due: number): Promise<number> {
  const { status } = await callJson(url, 'GET');
  if (status === 429) return REFUSED_MS;
  if (status !== 200) throw new Error(`GET ${url} was answered with ${status}`);
  return performance.now() - due;
}

interface Sample {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
}

async function samplePaths(
  database: BenchDatabase,
  largest: string,
): Promise<Readonly<Record<Kind, readonly string[]>>> {
  const sample = (where: string, ...parameters: readonly unknown[]) =>
    database.query<Sample>(
      `select id, account_id as account, display_name as name,
         document::jsonb #>> '{emailAddresses,0,value}' as email,
         document::jsonb #>> '{phoneNumbers,0,value}' as phone
       from contacts where not deleted and ${where} order by id limit ${SAMPLES}`,
      parameters,
    );
  const all = await sample('true');
  const ofLargest = await sample('account_id = $1', largest);
  const ask = (path: string, members: Readonly<Record<string, string>>): string =>
    `${path}?${new URLSearchParams(members).toString()}`;
  const contacts = (members: Readonly<Record<string, string>>): string => ask('/api/contacts', members);
  return {
    [IN_ACCOUNT]: all.flatMap((one) => typed(one).map((q) => contacts({ accountId: one.account, q }))),
    [IN_LARGEST]: ofLargest.flatMap((one) => typed(one).map((q) => contacts({ accountId: largest, q }))),
    [IN_ALL]: all.flatMap((one) => typed(one).map((q) => contacts({ q }))),
    [LOOK_UPS]: all.flatMap(({ phone, account }, index) =>
      phone === null
        ? []
        : [ask('/api/contacts/lookup', index % 2 === 0 ? { phone, accountId: account } : { phone })],
    ),
    [OTHERS]: all.flatMap(({ id, account }) => [
      `/api/contacts/${id}`,
      contacts({ accountId: account }),
      contacts({}),
    ]),
  };
}

/** What people type to find a contact: the beginnings of its name as they go on, all of it, its address, digits. */
function typed({ name, email, phone }: Sample): string[] {
  const [first = '', ...rest] = name.split(' ');
  const last = rest.at(-1) ?? '';
  return [
    name.slice(0, 1),
    name.slice(0, 2),
    first.slice(0, 4),
    first,
    name,
    last,
    email ?? '',
    (phone ?? '').replace(/\D/g, '').slice(-7),
  ].filter((text) => text.trim() !== '');
}
