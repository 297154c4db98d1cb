import { randomUUID } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import pg from 'pg';

import { CommandLine } from '../cli/run-command.js';
import { type Call, callsTo } from '../support/call.js';
import { connectAccount } from '../support/connected-account.js';
import { type TestDatabase } from '../support/database.js';
import { createMigratedDatabase } from '../support/migrated-database.js';
import { EventReader } from '../support/event-source.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { type RunningService, startGoogle, startService, type TestGoogle } from '../support/service.js';
import { waitFor } from '../support/wait-for.js';

interface Quota {
  readonly limitPerMinute: number;
}

const KEYS = ['one', 'other'] as const;

/** As Google says it of the project: https://cloud.google.com/docs/quotas/troubleshoot */
const PROJECT_LIMITED = {
  kind: 'status',
  status: 429,
  message:
    "Quota exceeded for quota metric 'Critical read requests (Contact and Profile Reads)' and limit 'Critical read requests (Contact and Profile Reads) per minute' of service 'people.googleapis.com'.",
};

describe('Two services of one project of Google', () => {
  let database: TestDatabase;
  let google: TestGoogle;
  let services: RunningService[] = [];
  let apis: [Call, Call];
  let ids: string[];

  beforeEach(async () => {
    [database, google] = await Promise.all([createMigratedDatabase(), startGoogle()]);
  });
  afterEach(async () => {
    await Promise.all(services.map((service) => service.stop()));
    services = [];
    await Promise.all([database.drop(), google.stop()]);
  });

  /** Each works on one account at a time; a page has one person. */
  const start = async (persons: number, variables: Record<string, string> = {}): Promise<void> => {
    ids = KEYS.map(() => randomUUID());
    for (const [index, key] of KEYS.entries()) {
      await google.control('PUT', `/control/accounts/${key}`, { persons });
      const account = { id: ids[index] ?? '', key, name: key, email: `${key}@example.com` };
      await connectAccount(database, account);
    }
    for (let started = 0; started < 2; started += 1) {
      services.push(
        await startService({
          ...serviceEnvironment(database, google),
          GOOGLE_REFRESH_TOKEN: '',
          SYNC_CONCURRENCY: '1',
          SYNC_PAGE_SIZE: '1',
          ...variables,
        }),
      );
    }
    apis = services.map(({ url }) => callsTo(url)) as [Call, Call];
  };
  const begin = async (index: 0 | 1): Promise<string> => {
    const accountId = ids[index];
    const { body } = await apis[index]('POST', '/api/sync/full', { accountId }, { prefer: 'respond-async' });
    return body.id as string;
  };
  const stateOf = async (run: string) => (await apis[0]('GET', `/api/sync/runs/${run}`)).body.state as string;
  const ends = (run: string, state = 'succeeded') =>
    waitFor(async () => (await stateOf(run)) === state, {
      what: `the run to be ${state}`,
      timeoutMs: 50_000,
    });
  const quotas = () =>
    Promise.all(apis.map(async (api) => (await api('GET', '/api/sync/status')).body.quota as Quota | null));
  const isWaiting = async (run: string): Promise<void> => {
    const reader = await EventReader.open(`${services[0]?.url}/api/sync/runs/${run}/progress`);
    await waitFor(
      () => reader.named('progress').some(({ data }) => data.phase === 'waiting' && data.wait === null),
      { what: 'the run to wait for the quota' },
    );
    reader.close();
  };
  const sentAt = async (key?: string): Promise<number[]> => {
    const { items } = (
      await google.control('GET', `/control/requests${key === undefined ? '' : `?account=${key}`}`)
    ).body;
    return (items as { path: string; at: string }[])
      .filter(({ path }) => path.startsWith('/v1/'))
      .map(({ at }) => Date.parse(at));
  };

  it('never ask for more together than GOOGLE_QUOTA_PER_MINUTE lets them', async () => {
    await start(12, { GOOGLE_QUOTA_PER_MINUTE: '120' });

    await Promise.all([ends(await begin(0)), ends(await begin(1))]);

    const times = await sentAt();
    expect(times.length).toBeGreaterThanOrEqual(24);
    for (const [index, from] of times.entries()) {
      for (const [more, to] of times.slice(index).entries()) {
        // A bucket of 4 s, what comes in, and what may be held for 2 s.
        expect(more + 1).toBeLessThanOrEqual((4 + 0.9 * (2 + (to - from) / 1_000)) * 2 + 1);
      }
    }
    for (const quota of await quotas()) {
      expect(quota).toMatchObject({ limitPerMinute: 120, isLearned: false, until: null });
    }
    const { out } = await new CommandLine({ CONTACTSTREAM_URL: services[0]?.url ?? '' }).run('status');
    expect(out).toMatch(/^Google's quota +\d+ of 120 requests a minute$/m);
  });

  it('ask in the name of a person no more than GOOGLE_QUOTA_PER_PERSON_PER_MINUTE lets them', async () => {
    await start(8, { GOOGLE_QUOTA_PER_PERSON_PER_MINUTE: '5', SYNC_CONCURRENCY: '2' });
    await google.control('PUT', '/control/accounts/other', { persons: 3 });

    const waiting = await begin(0);
    await ends(await begin(1));
    await isWaiting(waiting);

    expect((await sentAt('one')).length).toBe(5);
    expect((await sentAt('other')).length).toBe(3);
    await apis[0]('POST', `/api/sync/runs/${waiting}/cancel`);
    await ends(waiting, 'cancelled');
  });

  it('leave each other alone where Google limits one person', async () => {
    await start(3);
    await google.control('POST', '/control/faults?account=one', {
      where: 'connections',
      // Of the person, as the simulator says it by itself.
      fault: { kind: 'status', status: 429 },
    });

    // As long as nothing limits the project, nothing is asked of its quota.
    const locking = new pg.Client({ connectionString: database.url });
    await locking.connect();
    await locking.query('begin; lock table google_quota in access exclusive mode');
    try {
      await Promise.all([ends(await begin(0)), ends(await begin(1))]);
    } finally {
      await locking.end();
    }

    expect(await quotas()).toEqual([null, null]);
  });

  it('both send less once Google has said to one of them that the project sends too much', async () => {
    await start(300);
    // Each service takes one of them, so that either has sent enough for its refusal to count.
    await Promise.all([ends(await begin(0)), ends(await begin(1))]);
    expect(await quotas()).toEqual([null, null]);

    await google.control('POST', '/control/faults?account=one', {
      where: 'connections',
      fault: PROJECT_LIMITED,
    });
    const limited = await begin(0);
    const ofOne = 0.7 * 301;
    await waitFor(async () => ((await quotas())[0]?.limitPerMinute ?? 0) > ofOne + 1, {
      what: 'the limit: of all that both have sent',
    });
    for (const quota of await quotas()) {
      expect(quota).toMatchObject({ isLearned: true });
      // What was sent counts less with each second until it is told, and a twentieth comes back with each minute.
      expect(quota?.limitPerMinute).toBeGreaterThan(0.7 * 480);
      expect(quota?.limitPerMinute).toBeLessThanOrEqual(0.7 * 603 * 1.05);
    }

    // The other service takes it, and waits: somebody who cancels it need not.
    const run = await begin(1);
    await isWaiting(run);
    const cancelledAt = performance.now();
    for (const id of [run, limited]) await apis[0]('POST', `/api/sync/runs/${id}/cancel`);
    await Promise.all([ends(run, 'cancelled'), ends(limited, 'cancelled')]);
    expect(performance.now() - cancelledAt).toBeLessThan(3_000);

    const metrics = await (await fetch(`${services[1]?.url}/metrics`)).text();
    expect(metrics).toMatch(/^contactstream_google_quota_limit_per_minute (3[3-9]|4[0-4])\d$/m);
    expect(metrics).toMatch(/^contactstream_google_quota_wait_seconds_count\{limit="project"\} [1-9]/m);
  });
});
