import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { logFaults } from '../crash/log-checks.js';
import { spawnService } from '../crash/spawned-process.js';
import { type Answer, type Call, callsTo } from '../support/call.js';
import { describeUnless } from '../support/kafka.js';
import { OwnPostgres } from '../support/own-postgres.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { type RunningService, startGoogle, startService, type TestGoogle } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

const CONTACTS = 500;

describeUnless(process.platform === 'linux' ? null : 'it stops the processes that /proc tells of')(
  'While PostgreSQL accepts connections and answers nothing',
  () => {
    let postgres: OwnPostgres;
    let google: TestGoogle;
    let service: RunningService;
    let api: Call;
    beforeAll(async () => {
      [postgres, google] = await Promise.all([OwnPostgres.start(), startGoogle({ persons: CONTACTS })]);
      service = await startService(environment());
      api = callsTo(service.url);
      expect((await api('POST', '/api/sync')).status).toBe(200);
    });
    afterAll(async () => {
      postgres.thaw();
      await service.stop();
      await Promise.all([google.stop(), postgres.stop()]);
    });

    const environment = () => ({ ...serviceEnvironment(postgres, google), SYNC_PAGE_SIZE: '10' });
    const timed = async (answer: Promise<Answer>): Promise<Answer & { readonly seconds: number }> => {
      const begin = performance.now();
      const { status, headers, body } = await answer;
      return { status, headers, body, seconds: (performance.now() - begin) / 1_000 };
    };
    const live = async (): Promise<number> =>
      (await api('GET', '/api/sync/status')).body.accounts[0].contacts as number;
    const pagesOfRun = async (): Promise<number> => {
      const [run] = await sql<{ pages: number }>(
        postgres,
        `select (statistics ->> 'pages')::int as pages from sync_runs where state = 'running'`,
      );
      return run?.pages ?? 0;
    };

    it('whoever asks is told in time, and is answered when it is back', async () => {
      postgres.freeze();
      const ready = await timed(api('GET', '/health/ready'));
      const alive = await timed(api('GET', '/health/live'));
      // More than there are connections.
      const others = await Promise.all([
        ...Array.from({ length: 15 }, () => timed(api('GET', '/api/contacts'))),
        ...['/api/sync/status', '/api/sync/runs', '/api/events', '/api/accounts', '/api/projections'].map(
          (path) => timed(api('GET', path)),
        ),
        ...['/api/sync', '/api/sync/full', '/api/sync?dryRun=true'].map((path) => timed(api('POST', path))),
      ]);
      const metrics = await fetch(`${service.url}/metrics`, { signal: AbortSignal.timeout(10_000) });
      const stillNotReady = await timed(api('GET', '/health/ready'));

      expect([ready.status, ready.body.code, stillNotReady.status]).toEqual([503, 'not-ready', 503]);
      expect(Math.max(ready.seconds, stillNotReady.seconds)).toBeLessThan(2);
      expect([alive.status, metrics.status]).toEqual([200, 200]);
      for (const { status, body, seconds, headers } of others) {
        expect({ status, code: body.code }).toEqual({ status: 503, code: 'database-unavailable' });
        expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
        expect(seconds).toBeLessThan(10);
      }

      postgres.thaw();
      await waitFor(async () => (await api('GET', '/health/ready')).status === 200, {
        what: 'it to be ready',
      });
      // What was asked for meanwhile may go on first.
      await waitFor(async () => (await api('POST', '/api/sync')).status === 200, { what: 'a sync' });
      expect(await live()).toBe(CONTACTS);
    });

    it('whoever waits for a run is told, and the run comes to its end', async () => {
      await google.control('PUT', '/control/accounts/demo', { persons: CONTACTS, seed: 99 });
      const waiting = timed(api('POST', '/api/sync/full'));
      await waitFor(async () => (await pagesOfRun()) > 3, { what: 'a run in its middle', everyMs: 2 });

      postgres.freeze();
      const told = await waiting;
      postgres.thaw();

      expect([told.status, told.body.code]).toEqual([503, 'database-unavailable']);
      const run = `/api/sync/runs/${told.body.runId as string}`;
      await waitFor(async () => ['succeeded', 'held'].includes((await api('GET', run)).body.state), {
        what: 'the end of the run',
        timeoutMs: 45_000,
      });
      await waitFor(async () => (await logFaults(postgres)).length === 0, { what: 'a log without faults' });
    });

    it('schedules and the read model go on when it is back', async () => {
      const worker = await startService({
        ...environment(),
        ROLES: 'scheduler,projector',
        SYNC_INTERVAL: '1s',
      });
      try {
        await google.control('POST', '/control/persons', { count: 1 });
        const before = await waitFor(live, { what: 'an answer' });
        await waitFor(async () => (await live()) > before, { what: 'a scheduled sync' });

        postgres.freeze();
        await waitFor(async () => (await api('GET', '/api/contacts')).status === 503, {
          what: 'it to be missed',
        });
        await google.control('POST', '/control/persons', { count: 1 });
        postgres.thaw();

        await waitFor(async () => (await live()) > before + 1, { what: 'the next one', timeoutMs: 45_000 });
      } finally {
        await worker.stop();
      }
    });

    it('a service that is to stop ends in ten seconds', async () => {
      const spawned = await spawnService(environment());
      postgres.freeze();
      const begin = performance.now();
      spawned.signal('SIGTERM');
      await spawned.ended;
      postgres.thaw();

      expect(performance.now() - begin).toBeLessThan(10_000);
    });
  },
);
