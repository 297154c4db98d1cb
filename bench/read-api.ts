import autocannon from 'autocannon';

import { type Benchmark, type BenchmarkRun, mostContacts, short } from './benchmark.js';
import { noteProfile } from './report/profile-summary.js';
import { withCleanup } from './harness/with-cleanup.js';
import { type BenchDatabase } from './stage/bench-database.js';
import { type BenchService } from './stage/service.js';
import { serviceOn } from './stage/service-on.js';

const CONNECTIONS = 50;

/** With fewer rows, a good planner chooses a sequential scan. */
const PLANS_MATTER_FROM = 100_000;

/** How many different paths each query gets, so that not always the same row is read. */
const SAMPLES = 200;

const QUERIES = [
  'list',
  'next page',
  'list of an account',
  'search by name',
  'search by phone digits',
] as const;
const MORE_QUERIES = ['search by e-mail', 'one contact', 'history', 'look-up by phone'] as const;
type Query = (typeof QUERIES)[number] | (typeof MORE_QUERIES)[number];
const ALL: readonly Query[] = [...QUERIES, ...MORE_QUERIES];

/** A telephone system waits for its answer while it rings. */
const ONE_AT_A_TIME = 'look-up by phone, one at a time: p99';

export const readApi: Benchmark = {
  name: 'read',
  question: `How fast are answers at ${CONNECTIONS} connections?`,
  subjects: [
    ...ALL.flatMap((query) => [`${query}: p50`, `${query}: p99`, `${query}: requests a second`]),
    ONE_AT_A_TIME,
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
    const paths = await samplePaths(database, service);
    const before = await sequentialScans(database);
    const length = settings.smoke ? { amount: CONNECTIONS } : { duration: settings.seconds };
    for (const query of ALL) {
      progress(`${setting}: ${query}`);
      const load = (length: Length) => loadOf(service, paths.get(query) ?? [], length);
      if (settings.warmUps > 0) await load({ duration: 1 });
      const result = await load(length);
      if (result.non2xx > 0 || result.errors > 0) {
        throw new Error(
          `"${query}": ${result.non2xx} answers were no success, ${result.errors} requests failed`,
        );
      }
      recorder.add(setting, `${query}: p50`, 'ms', result.latency.p50);
      recorder.add(setting, `${query}: p99`, 'ms', result.latency.p99);
      recorder.add(setting, `${query}: requests a second`, 'requests/s', result.requests.average);
      recorder.figure({ setting, subject: `${query}: p99` }, { atMost: 25 });
    }
    const lookUps = await loadOf(service, paths.get('look-up by phone') ?? [], length, 1);
    recorder.add(setting, ONE_AT_A_TIME, 'ms', lookUps.latency.p99);
    recorder.figure({ setting, subject: ONE_AT_A_TIME }, { atMost: 10 });
    const list = paths.get('list') ?? [];
    const file = await service.profiled('read', () => loadOf(service, list, length));
    noteProfile(recorder, setting, 'list', file);
    // Its connections report their counts when they end.
    await service.stop();
    const subject = 'sequential scans of the contacts and the log';
    recorder.add(setting, subject, 'scans', (await sequentialScans(database)) - before);
    if (contacts >= PLANS_MATTER_FROM) recorder.figure({ setting, subject }, { atMost: 0 });
  });
}

/** In seconds, or requests. */
type Length = { readonly duration: number } | { readonly amount: number };

function loadOf(
  service: BenchService,
  paths: readonly string[],
  length: Length,
  connections: number = CONNECTIONS,
) {
  return autocannon({
    url: service.url,
    connections,
    ...length,
    requests: paths.map((path) => ({ method: 'GET', path })),
  });
}

/** Paths of contacts from all over the table: ids are random, so the first ones by id will do. */
async function samplePaths(
  database: BenchDatabase,
  service: BenchService,
): Promise<ReadonlyMap<Query, readonly string[]>> {
  const rows = await database.query<
    Record<'id' | 'account' | 'name', string> & Record<'email' | 'phone', string | null>
  >(
    `select id, account_id as account, display_name as name, document::jsonb #>> '{emailAddresses,0,value}' as email,
       document::jsonb #>> '{phoneNumbers,0,value}' as phone
     from contacts where not deleted order by id limit $1`,
    [SAMPLES],
  );
  const search = (text: string | null | undefined): string[] =>
    text == null || text === '' ? [] : [`/api/contacts?q=${encodeURIComponent(text)}`];
  const { body } = await service.call('GET', '/api/contacts');
  const { nextCursor } = body as { nextCursor: string | null };
  return new Map<Query, readonly string[]>([
    ['list', ['/api/contacts']],
    ['next page', [`/api/contacts${nextCursor === null ? '' : `?cursor=${encodeURIComponent(nextCursor)}`}`]],
    ['list of an account', rows.map(({ account }) => `/api/contacts?accountId=${account}`)],
    ['search by name', rows.flatMap(({ name }) => search(name))],
    ['search by phone digits', rows.flatMap(({ phone }) => search(phone?.replace(/\D/g, '').slice(-7)))],
    [
      'look-up by phone',
      rows.flatMap(({ phone }) =>
        phone == null ? [] : [`/api/contacts/lookup?phone=${encodeURIComponent(phone)}`],
      ),
    ],
    ['search by e-mail', rows.flatMap(({ email }) => search(email))],
    ['one contact', rows.map(({ id }) => `/api/contacts/${id}`)],
    ['history', rows.map(({ id }) => `/api/contacts/${id}/history`)],
  ]);
}

async function sequentialScans(database: BenchDatabase): Promise<number> {
  await database.query('select pg_stat_force_next_flush()');
  const [row] = await database.query<{ scans: string }>(
    `select sum(seq_scan)::text as scans from pg_stat_user_tables where relname in ('contacts', 'events')`,
  );
  return Number(row?.scans ?? 0);
}
