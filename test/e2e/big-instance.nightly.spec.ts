import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type BigInstance, startBigInstance, SYNCED } from '../support/big-instance/big-instance.js';
import { type Answer } from '../support/call.js';
import { FULL, SMALL } from '../support/big-instance/size.js';

/** All there is, where somebody asks for it: it takes a minute or two. */
const size = process.env.BIG_INSTANCE === 'full' ? FULL : SMALL;

describe('An instance with much of everything', () => {
  let instance: BigInstance;
  beforeAll(async () => {
    const startedAt = performance.now();
    instance = await startBigInstance(size);
    note(`filled in ${Math.round((performance.now() - startedAt) / 1_000)} s`);
  }, 900_000);
  afterAll(() => instance.stop());

  const note = (line: string): void => {
    if (size === FULL) process.stderr.write(`${line}\n`);
  };
  const get = async (path: string): Promise<Answer['body']> =>
    (await instance.api('GET', path)).body as unknown;
  const median = async (path: string): Promise<number> => {
    const times: number[] = [];
    for (let look = 0; look < 25; look += 1) {
      const startedAt = performance.now();
      expect((await instance.api('GET', path)).status).toBe(200);
      times.push(performance.now() - startedAt);
    }
    times.sort((one, other) => one - other);
    note(`${path}: median ${times[12]?.toFixed(1)} ms, longest ${times[24]?.toFixed(1)} ms`);
    return times[12] ?? Infinity;
  };

  it('is in order', async () => {
    const { body } = await instance.api('POST', '/api/verify');
    expect(body).toMatchObject({ ok: true, differences: { count: 0 }, logFaults: { count: 0 } });
    expect(body.contacts).toBeGreaterThan(size.contacts);
  }, 300_000);

  it('has accounts of every kind', async () => {
    const { totals } = await get('/api/sync/status?limit=1');
    expect(totals.accounts).toBe(size.accounts);
    for (const health of ['disconnected', 'needs-reauth', 'held', 'paused', 'failing', 'late', 'fresh']) {
      expect([health, totals.health[health] > 0]).toEqual([health, true]);
    }
  });

  it('shows runs that were made in their table as any other', async () => {
    const { items } = await get('/api/sync/runs?limit=500');
    const synced: readonly string[] = Object.values(SYNCED);
    const made = (items as { id: string; accountId: string }[]).find(
      ({ accountId }) => !synced.includes(accountId),
    );
    expect(await get(`/api/sync/runs/${made?.id ?? ''}`)).toMatchObject({ id: made?.id });
  });

  it('has a run of a hundred pages with many events, and a contact with many versions', async () => {
    const run = await get(`/api/sync/runs/${instance.largeRunId}`);
    expect(run.statistics).toMatchObject({ pages: 100 });
    const { created, updated, deleted } = run.statistics as Record<string, number>;
    expect((created ?? 0) + (updated ?? 0) + (deleted ?? 0)).toBe(size.events);
    const contact = await get(`/api/contacts/${instance.changedContactId}`);
    expect(contact.version).toBe(size.versions);
    expect(contact.biography).toHaveLength(size.biography);
  });

  it('has deletions to decide on, persons in quarantine, dead letters and entries of an audit', async () => {
    const held = `/api/sync/runs/${instance.heldRunId}/held-deletions`;
    expect((await get(`${held}/summary`)).total).toBe(size.held);
    const states = (await get(`/api/quarantine?accountId=${SYNCED.garbled}`)).items as { state: string }[];
    expect(states.map(({ state }) => state).sort()).toEqual(['discarded', 'open', 'open', 'open']);
    expect((await get('/api/dead-letters?limit=500')).items).toHaveLength(size.deadLetters);
    expect((await get('/api/audit?limit=500')).items.length).toBeGreaterThanOrEqual(size.auditEntries / 10);
  });

  it.each([
    '/api/contacts?limit=50',
    '/api/contacts?limit=50&sort=-updatedAt',
    '/api/contacts?limit=50&q=mar',
    '/api/contacts?limit=50&q=maria',
    '/api/contacts?limit=50&q=often%20changed',
    '/api/contacts?limit=50&q=nobody-is-called-that',
    '/api/contacts?limit=50&q=555',
    '/api/contacts?limit=50&q=m',
    '/api/contacts?limit=50&q=maria&sort=-updatedAt',
    '/api/contacts?limit=50&q=m&sort=-updatedAt',
    `/api/contacts?limit=50&accountId=${SYNCED.large}&q=mar`,
    `/api/contacts?limit=50&accountId=${SYNCED.large}&q=mar&sort=-updatedAt`,
    `/api/contacts?limit=50&accountId=${SYNCED.held}&sort=-updatedAt`,
    'HELD?limit=50',
    'HELD?limit=50&q=mar',
    'HELD/summary',
  ])(
    'answers %s before anybody has to wait',
    async (path) => {
      const held = `/api/sync/runs/${instance.heldRunId}/held-deletions`;
      expect(await median(path.replace('HELD', held))).toBeLessThan(1_000);
    },
    60_000,
  );
});
