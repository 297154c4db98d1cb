import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type PeoplePage, type PeoplePageRequest } from '#google-people';

import { waitFor } from '../support/wait-for.js';
import { type EngineLane, type EngineSettings } from './engine-lane.js';
import { googleSources } from './google-sources.js';
import { openPlayground, type Playground } from './play-histories.js';
import { SimulatedAccount } from './simulated-account.js';
import { WatchedSources } from './watched-sources.js';

const NEVER = new Promise(() => undefined);
/** As many as a worker of the lane has places for. */
const NAMES = ['ada', 'bea', 'cleo', 'dora'];

interface EndedRun {
  readonly account_id: string;
  readonly state: string;
  readonly sync_token: string;
  readonly owner: string | null;
  /** Of the statement that wrote it last. */
  readonly written_by: string;
  readonly statistics: { readonly total_fetched: number; readonly pages: number };
  readonly succeeded: number;
}

describe('Runs that found nothing and end together', () => {
  let playground: Playground;
  let lane: EngineLane;
  let accountIds: string[];
  /** Sync tokens that Google was asked with. */
  const asked: string[] = [];
  let gate: PromiseWithResolvers<unknown>;

  const settings = (): EngineSettings => ({
    sources: new WatchedSources(googleSources(playground.google.url, 100), {
      beforeRequest: async ({ syncToken }: PeoplePageRequest) => {
        asked.push(syncToken ?? '');
        await gate.promise;
      },
      afterAnswer: (_: PeoplePageRequest, page: PeoplePage) => page,
      beforeLookUp: () => Promise.resolve(),
      afterLookUp: () => undefined,
    }),
    deletionGuard: null,
    workers: 1,
  });
  /** Asks for a run of each account, and carries them out. @returns their ends */
  const sync = async (during: () => Promise<void> = () => Promise.resolve()): Promise<void> => {
    const queued = [];
    for (const id of accountIds) queued.push(await lane.queue.enqueue(id, 'auto', 'scheduled'));
    const over = Promise.all(queued.map(({ id }) => lane.queue.finished(id, true)));
    const working = lane.work(over, settings(), null, NEVER);
    await during();
    await Promise.all([over, working]);
  };
  const ended = (): Promise<EndedRun[]> =>
    lane.sql<EndedRun>(
      `select distinct on (run.account_id) run.account_id, run.state, listed.sync_token, lease.owner,
         run.xmin::text as written_by, run.statistics, (
           select sum(count)::int from run_outcomes counted
           where counted.account_id = run.account_id and outcome = 'succeeded') as succeeded
       from sync_runs run join sync_lists listed using (account_id, list)
         join leases lease on lease.name = 'account ' || run.account_id
       order by run.account_id, queued_at desc`,
      [],
    );
  const waiting = (count: number, where: string): Promise<unknown> =>
    waitFor(
      async () =>
        (await lane.sql(`select where (select count(*) from ${where}) = ${count}`, [])).length === 1,
      { what: `${count} in ${where}` },
    );
  const LOCKED = `pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;

  beforeAll(async () => {
    playground = await openPlayground(1);
    lane = playground.lanes[0] ?? (await Promise.reject(new Error('There is no lane')));
    accountIds = [];
    for (const [index, name] of NAMES.entries()) {
      const google = SimulatedAccount.create((...call) => playground.google.control(...call), name, index);
      google.change({ what: 'create', fields: 1, reuseName: null });
      accountIds.push(await lane.signIn(name, google.refreshToken));
    }
    accountIds.sort();
    gate = Promise.withResolvers();
    gate.resolve(null);
    await sync();
  });
  afterAll(() => playground.close());
  beforeEach(() => {
    asked.splice(0);
    gate = Promise.withResolvers();
  });

  it('each have their own token, count and lease, and share a statement', async () => {
    const before = await ended();

    await sync(async () => {
      await waiting(4, `sync_runs where state = 'running'`);
      gate.resolve(null);
    });

    const after = await ended();
    expect(after.map(({ account_id: id }) => id)).toEqual(accountIds);
    expect(after.map(({ state, owner }) => ({ state, owner }))).toEqual(
      NAMES.map(() => ({ state: 'succeeded', owner: null })),
    );
    expect(after.map(({ statistics }) => statistics)).toEqual(
      NAMES.map(() => expect.objectContaining({ total_fetched: 0, pages: 1 })),
    );
    expect(after.map(({ succeeded }) => succeeded)).toEqual(before.map(({ succeeded }) => succeeded + 1));
    const tokens = after.map((run) => run.sync_token);
    expect(new Set([...tokens, ...before.map((run) => run.sync_token)]).size).toBe(2 * NAMES.length);
    // Each was asked for with the token of its own account.
    expect(asked.toSorted()).toEqual(before.map((run) => run.sync_token).toSorted());
    // Of four, on a busy machine, some may come too late for the others.
    expect(new Set(after.map((run) => run.written_by)).size).toBeLessThan(NAMES.length);
  });

  it('end without the one whose lease was lost, which begins again', async () => {
    const blocker = await lane.connect();
    try {
      await sync(async () => {
        await waiting(4, `sync_runs where state = 'running'`);
        await blocker.query('begin');
        await blocker.query(
          `update leases set fencing_token = fencing_token + 1, expires_at = clock_timestamp() where name = $1`,
          [`account ${accountIds[1] ?? ''}`],
        );
        gate.resolve(null);
        await waiting(1, LOCKED);
        await blocker.query('commit');
      });
    } finally {
      await blocker.end();
    }

    expect((await ended()).map(({ state, owner }) => ({ state, owner }))).toEqual(
      NAMES.map(() => ({ state: 'succeeded', owner: null })),
    );
    expect(asked).toHaveLength(NAMES.length + 1);
  });

  it('are over where the answer to their statement was lost', async () => {
    const before = await ended();
    const blocker = await lane.connect();
    try {
      await sync(async () => {
        await waiting(4, `sync_runs where state = 'running'`);
        await blocker.query('begin');
        await blocker.query('select from sync_lists where account_id = $1 for update', [accountIds[2]]);
        gate.resolve(null);
        await waiting(1, LOCKED);
        lane.blip();
        await blocker.query('commit');
      });
    } finally {
      await blocker.end();
    }

    const after = await ended();
    expect(after.map(({ state, owner }) => ({ state, owner }))).toEqual(
      NAMES.map(() => ({ state: 'succeeded', owner: null })),
    );
    expect(after.map(({ succeeded }) => succeeded)).toEqual(before.map(({ succeeded }) => succeeded + 1));
    expect(asked).toHaveLength(NAMES.length);
  });
});
