import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { type Call, callsTo } from '../support/call.js';
import { EventReader } from '../support/event-source.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { type RunningService, startService, startTestService, type TestService } from '../support/service.js';
import { waitFor } from '../support/wait-for.js';

const PERSONS = 250;

interface TimedPage {
  readonly number: number;
  readonly askedAt: string;
  readonly answeredAt: string;
  readonly storedAt: string;
  readonly persons: number;
  readonly events: number;
  readonly quarantined: number;
  readonly tries: readonly { readonly at: string; readonly code: string; readonly waitMs: number }[];
}

interface Timings {
  readonly token: object | null;
  readonly pages: readonly TimedPage[];
  readonly compare: { readonly startedAt: string; readonly finishedAt: string } | null;
  readonly reached: { readonly readModel: { readonly at: string; readonly position: string } | null };
  readonly finishedAt: string;
}

interface Progress {
  readonly page: number;
  readonly phase: string;
  readonly wait: { readonly until: string } | null;
}

describe('A run, as it goes on in one process and is watched in another', () => {
  let working: TestService;
  let watching: RunningService;
  let api: Call;
  beforeAll(async () => {
    working = await startTestService({ SYNC_PAGE_SIZE: '50' }, { persons: PERSONS });
    watching = await startService({
      ...serviceEnvironment(working.database, working.google),
      GOOGLE_REFRESH_TOKEN: '',
      ROLES: 'api',
    });
    api = callsTo(watching.url);
  });
  afterAll(async () => {
    await watching.stop();
    await working.stop();
  });
  afterEach(() => working.google.control('DELETE', '/control/faults'));

  const fault = (when: object, kind: object) =>
    working.google.control('POST', '/control/faults', { where: 'connections', when, fault: kind });
  const begin = async (path = '/api/sync/full'): Promise<string> => {
    const { body } = await api('POST', path, undefined, { prefer: 'respond-async' });
    return body.id as string;
  };
  const watch = (id: string) => EventReader.open(`${watching.url}/api/sync/runs/${id}/progress`);

  let first: string;

  it('is told page by page, with its waits, to its end, and the stream with it', async () => {
    for (const page of [1, 2, 4, 5]) await fault({ page }, { kind: 'delay', ms: 900 });
    await fault({ page: 3 }, { kind: 'status', status: 429, retryAfter: 3 });
    // So that it has to be asked for another one.
    await working.google.control('POST', '/control/access-tokens/expire');
    first = await begin();
    const reader = await watch(first);
    await reader.over(60_000);

    const progress = reader.named('progress').map(({ data }) => data as Progress);
    const pages = progress.map(({ page }) => page);
    expect(pages).toEqual(pages.toSorted((one, other) => one - other));
    expect(new Set(pages).size).toBeGreaterThan(2);
    expect(progress.at(-1)).toMatchObject({ totalItems: PERSONS, run: { id: first, state: 'running' } });
    const waiting = progress.find(({ phase }) => phase === 'waiting');
    expect(waiting?.wait).toMatchObject({ tryNumber: 1, of: 6, reason: 'google-rate-limited' });
    expect(Date.parse(waiting?.wait?.until ?? '') - Date.now()).toBeLessThan(4_000);
    expect(reader.messages.at(-1)).toMatchObject({
      event: 'finished',
      data: { run: { id: first, state: 'succeeded', statistics: { created: PERSONS, pages: 5 } } },
    });
    expect(reader.named('finished')).toHaveLength(1);
    expect(reader.named('dropped')).toEqual([]);
  });

  it('is told once where it is over', async () => {
    const reader = await watch(first);
    await reader.over();
    expect(reader.messages).toMatchObject([{ event: 'finished', data: { run: { id: first } } }]);
  });

  it('tells afterwards when each page was asked for, answered and stored, and its events had arrived', async () => {
    const timings = async (id: string) => (await api('GET', `/api/sync/runs/${id}/timings`)).body as Timings;
    const told = await waitFor(
      async () => {
        const body = await timings(first);
        return body.reached.readModel !== null && body;
      },
      { what: 'the read model' },
    );
    const { body: run } = await api('GET', `/api/sync/runs/${first}`);
    const { pages } = told;
    expect(
      pages.map(({ number, persons, events, quarantined }) => [number, persons, events, quarantined]),
    ).toEqual([1, 2, 3, 4, 5].map((number) => [number, 50, 50, 0]));
    const times = (one: TimedPage): number[] =>
      [one.askedAt, ...one.tries.map(({ at }) => at), one.answeredAt, one.storedAt].map((at) =>
        Date.parse(at),
      );
    for (const page of pages) expect(times(page)).toEqual(times(page).toSorted((one, other) => one - other));
    const [began, ended] = [Date.parse(run.startedAt), Date.parse(run.finishedAt)];
    const all = pages.flatMap(times);
    // The first page is asked for while the run is begun.
    expect(Math.min(...all)).toBeGreaterThan(began - 2_000);
    expect(Math.max(...all)).toBeLessThanOrEqual(ended);
    expect(pages[2]?.tries).toMatchObject([{ code: 'google-rate-limited' }]);
    expect(pages[2]?.tries[0]?.waitMs).toBeGreaterThanOrEqual(3_000);
    const answered = Date.parse(pages[1]?.answeredAt ?? '') - Date.parse(pages[1]?.askedAt ?? '');
    expect(answered).toBeGreaterThanOrEqual(900);
    expect(told.token).not.toBeNull();
    expect(told).toMatchObject({ startedAt: run.startedAt, finishedAt: run.finishedAt });
    expect(told.compare).toMatchObject({ asked: 0, gone: 0 });
    expect('kafka' in told.reached).toBe(false);
    expect(BigInt(told.reached.readModel?.position ?? 0)).toBeGreaterThanOrEqual(BigInt(run.lastPosition));
    expect(Date.parse(told.reached.readModel?.at ?? '')).toBeGreaterThan(
      Date.parse(pages[4]?.answeredAt ?? ''),
    );
  });

  it('tells as much of a run that goes on, and of one that changes nothing or fails', async () => {
    await fault({ page: 3 }, { kind: 'status', status: 429, retryAfter: 3 });
    const id = await begin();
    const path = `/api/sync/runs/${id}/timings`;
    await waitFor(async () => (await api('GET', path)).body.pages.length === 2, { what: 'two pages' });
    await (await watch(id)).over();
    const { body } = await api('GET', path);
    expect(body.pages).toHaveLength(5);
    expect(body).toMatchObject({ token: null, reached: { readModel: null } });

    await fault({}, { kind: 'status', status: 400, reason: 'INVALID_ARGUMENT' });
    const failing = await begin('/api/sync/incremental');
    await (await watch(failing)).over();
    expect((await api('GET', `/api/sync/runs/${failing}/timings`)).body).toMatchObject({
      pages: [],
      compare: null,
    });
  });

  it('tells when Google was asked about whom a full list left out', async () => {
    const { body } = await working.google.control('GET', '/control/persons?limit=2');
    const resourceNames = (body.items as { resourceName: string }[]).map(({ resourceName }) => resourceName);
    for (const name of resourceNames)
      await working.google.control('DELETE', `/control/${name.replace('people', 'persons')}`);
    await working.google.control('POST', '/control/sync-tokens/expire', {});
    const id = await begin();
    await (await watch(id)).over();
    const told = (await api('GET', `/api/sync/runs/${id}/timings`)).body;
    expect(told.compare).toMatchObject({ asked: 2, gone: 2 });
    expect(Date.parse(told.compare.startedAt)).toBeLessThanOrEqual(Date.parse(told.compare.finishedAt));
    expect(Date.parse(told.compare.finishedAt)).toBeLessThanOrEqual(Date.parse(told.finishedAt));
  });
});
