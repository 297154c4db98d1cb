import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

import { readPerson } from '#contact';
import pg from 'pg';

import { serviceEnvironment } from '../support/service-environment.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';
import { logFaults } from './log-checks.js';
import { spawnService, spawnSimulator, type SpawnedProcess } from './spawned-process.js';

export interface KillPlan {
  readonly contacts: number;
  readonly kills: number;
  readonly mostKillsARun: number;
  readonly pageSize: number;
  /** What is random, is so by this. */
  readonly seed: number;
  readonly report?: (line: string) => void;
  /** Of the service, beside its usual ones. */
  readonly variables?: Readonly<Record<string, string>>;
}

export interface KillReport {
  readonly runs: number;
  readonly kills: number;
  /** Kills that struck between the first page and the end of a run; the others came before or after. */
  readonly inTheMiddle: number;
  readonly events: number;
}

/** What each of Google's persons is, by its name. */
type Truth = ReadonlyMap<string, object>;

interface Progress {
  readonly state: string;
  readonly pages: number;
}

const LONGEST_PAGE_MS = 60;

/** Longer than any of these runs takes on a slow machine. */
const RUN_MS = 300_000;

/**
 * Syncs accounts, full and incremental in turn, with a real service that is killed (SIGKILL) at random points of its
 * runs and started again, and compares after each run what is in the log with what is at Google.
 *
 * @throws Error that tells the first difference
 */
export async function killAndCompare(
  database: { readonly url: string },
  plan: KillPlan,
): Promise<KillReport> {
  const folder = await mkdtemp(path.join(tmpdir(), 'contactstream-kills-'));
  const google = await spawnSimulator({
    SIMULATOR_DATA_DIR: folder,
    SIMULATOR_PERSONS: String(plan.contacts),
    SIMULATOR_SEED: String(plan.seed),
  });
  const look = new pg.Client({ connectionString: database.url });
  await look.connect();
  const start = (): Promise<SpawnedProcess> =>
    spawnService({
      ...serviceEnvironment(database, google),
      SYNC_PAGE_SIZE: String(plan.pageSize),
      DELETION_GUARD: 'off',
      ...plan.variables,
    });
  let service = await start();
  try {
    const random = randomNumbers(plan.seed);
    const report = { runs: 0, kills: 0, inTheMiddle: 0, events: 0 };
    let before: Truth = new Map();
    while (report.kills < plan.kills) {
      const mode = report.runs % 2 === 0 ? 'full' : 'incremental';
      if (report.runs > 0) await changeSome(google, plan, random);
      const after = await truth(google);
      const listed = mode === 'full' ? after.size : differences(before, after).all;
      const from = await lastPosition(look);
      const begun = await service.call('POST', `/api/sync/${mode}`, undefined, { prefer: 'respond-async' });
      const id = (begun.body as { id: string }).id;
      report.runs += 1;

      const kills = Math.min(plan.kills - report.kills, 1 + Math.floor(random() * plan.mostKillsARun));
      for (let kill = 0; kill < kills; kill += 1) {
        const pages = Math.floor(random() * (Math.ceil(listed / plan.pageSize) + 1));
        await waitFor(async () => hasReached(await progress(look, id), pages), {
          what: `page ${pages} of a ${mode} sync`,
          timeoutMs: RUN_MS,
          everyMs: 3,
        });
        // Somewhere in a page: the moment is what is random, nothing is waited for.
        await delay(random() * LONGEST_PAGE_MS);
        service.signal('SIGKILL');
        await service.ended;
        const { state, pages: stored } = await progress(look, id);
        report.kills += 1;
        if (state === 'running' && stored > 0) report.inTheMiddle += 1;
        plan.report?.(`kill ${report.kills}: ${mode} sync, ${state}, ${stored} pages stored`);
        // What half a minute would do.
        await look.query(`update leases set expires_at = clock_timestamp() where name like 'account %'`);
        service = await start();
      }
      await waitFor(async () => !['queued', 'running'].includes((await progress(look, id)).state), {
        what: `the end of a ${mode} sync`,
        timeoutMs: RUN_MS,
      });
      report.events += await compare(database, service, { before, after, from, id });
      before = after;
    }
    return report;
  } finally {
    await look.end();
    for (const program of [service, google]) program.signal('SIGKILL');
    await Promise.all([service.ended, google.ended]);
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns how many events the run appended */
async function compare(
  database: { readonly url: string },
  service: SpawnedProcess,
  { before, after, from, id }: { before: Truth; after: Truth; from: string; id: string },
): Promise<number> {
  const run = (await service.call('GET', `/api/sync/runs/${id}`)).body as { state: string; error: unknown };
  expectSame('the run', { state: run.state, error: run.error }, { state: 'succeeded', error: null });
  expectSame('what is wrong with the log', await logFaults(database), []);

  const stored = await sql<{ name: string; contact: Record<string, unknown> }>(
    database,
    `select data ->> 'resourceName' as name, data -> 'contact' as contact
     from (select distinct on (stream_id) * from events order by stream_id, version desc) last
     where type = 'ContactUpdated'`,
  );
  expectSame('the number of contacts', stored.length, after.size);
  for (const { name, contact } of stored) {
    const google = after.get(name);
    if (google === undefined) throw new Error(`${name} is in the log and not at Google`);
    const ours = Object.fromEntries(Object.keys(google).map((field) => [field, contact[field]]));
    if (!isDeepStrictEqual(ours, google)) throw new Error(`${name} is not what it is at Google`);
  }

  const appended = await sql<{ kind: string; count: number }>(
    database,
    `select coalesce(data ->> 'change', 'deleted') as kind, count(*)::int as count from events
     where position > $1 group by 1`,
    [from],
  );
  const { created, updated, deleted, all } = differences(before, after);
  expectSame(
    'the events of the run',
    {
      created: 0,
      updated: 0,
      deleted: 0,
      ...Object.fromEntries(appended.map((row) => [row.kind, row.count])),
    },
    { created, updated, deleted },
  );
  await waitFor(
    async () => {
      const { body } = await service.call('GET', '/api/sync/status');
      return (body as { accounts: { contacts: number }[] }).accounts[0]?.contacts === after.size;
    },
    { what: 'the read model to have them all', timeoutMs: RUN_MS },
  );
  return all;
}

function expectSame(what: string, actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return;
  throw new Error(`${what}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
}

async function truth(google: SpawnedProcess): Promise<Truth> {
  const { body } = await google.call('GET', '/control/persons?limit=100000');
  const persons = (body as { items: unknown[] }).items.map((raw) => readPerson(raw));
  return new Map(
    persons.map((person) => [person.resourceName, person.kind === 'seen' ? { ...person.details } : {}]),
  );
}

function differences(before: Truth, after: Truth) {
  let created = 0;
  let updated = 0;
  for (const [name, details] of after) {
    const known = before.get(name);
    if (known === undefined) created += 1;
    else if (!isDeepStrictEqual(known, details)) updated += 1;
  }
  const deleted = [...before.keys()].filter((name) => !after.has(name)).length;
  return { created, updated, deleted, all: created + updated + deleted };
}

/** A tenth is edited, and a fiftieth each comes and goes. */
async function changeSome(
  google: SpawnedProcess,
  { contacts }: KillPlan,
  random: () => number,
): Promise<void> {
  await google.call('POST', '/control/persons/change', {
    edits: Math.ceil(contacts / 10),
    creates: Math.ceil(contacts / 50),
    deletes: Math.ceil(contacts / 50),
    seed: Math.floor(random() * 1_000_000),
  });
}

async function progress(look: pg.Client, id: string): Promise<Progress> {
  const { rows } = await look.query<Progress>(
    `select state, (statistics ->> 'pages')::int as pages from sync_runs where id = $1`,
    [id],
  );
  return rows[0] ?? { state: 'unknown', pages: 0 };
}

function hasReached({ state, pages }: Progress, page: number): boolean {
  return pages >= page || !['queued', 'running'].includes(state);
}

async function lastPosition(look: pg.Client): Promise<string> {
  const { rows } = await look.query<{ last: string }>(
    'select coalesce(max(position), 0) as last from events',
  );
  return rows[0]?.last ?? '0';
}

/** Mulberry32. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
