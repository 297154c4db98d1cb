import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { idOf, refusalOf, SimulatedGoogle } from './spec-support/simulated-google.js';
import { startPeopleSimulator } from './simulator.js';

describe('what survives a restart', () => {
  let google: SimulatedGoogle;
  beforeEach(async () => {
    google = await new SimulatedGoogle().start({ persons: 30, seed: 11 });
  });
  afterEach(() => google.end());

  test('persons, edits, deletions, creations and names', async () => {
    const [a, b, c] = (await google.ids(3)) as [string, string, string];
    await google.control(`PATCH persons/${a}`, { names: ['Edited Person'] });
    await google.control(`DELETE persons/${b}`);
    await google.control(`POST persons/${c}/rename`);
    await google.control('POST persons', { count: 3 });
    const before = await google.truth();
    await google.restart();
    expect(await google.truth()).toEqual(before);
    expect(before).toHaveLength(32);
  });

  test('access tokens, page tokens and sync tokens, with the changes behind them', async () => {
    const oauth = google.oauth();
    await oauth.getAccessToken();
    const { syncToken } = await google.list({ pageSize: 10 });
    const first = await google.page({ pageSize: 10 });
    const [gone] = (await google.ids(1)) as [string];
    await google.control(`DELETE persons/${gone}`);

    await google.restart();

    const same = google.oauth();
    same.setCredentials(oauth.credentials);
    const second = await google.page(
      { pageSize: 10, pageToken: first.nextPageToken ?? '' },
      google.people(same),
    );
    expect(second.connections).toHaveLength(10);
    const { persons } = await google.list({ pageSize: 10, syncToken: syncToken ?? '' }, google.people(same));
    expect(persons.map(idOf)).toEqual([gone]);
    const { byPath } = await google.control<{ byPath: Record<string, number> }>('GET counters');
    expect(byPath).not.toHaveProperty('/token');
  });

  test('marks of expiry and refusal', async () => {
    const { syncToken } = await google.list({ pageSize: 10 });
    const first = await google.page({ pageSize: 10 });
    await google.control('POST sync-tokens/expire', { status: 410 });
    await google.control('POST page-tokens/refuse');
    await google.restart();
    expect((await refusalOf(google.page({ pageSize: 10, syncToken: syncToken ?? '' }))).status).toBe(410);
    expect(
      (await refusalOf(google.page({ pageSize: 10, pageToken: first.nextPageToken ?? '' }))).status,
    ).toBe(400);
  });

  test('a reset account, and one that was added', async () => {
    await google.control('PUT accounts/demo', { persons: 5, seed: 99 });
    await google.control('PUT accounts/second', { persons: 6 });
    const before = await google.truth();
    await google.restart();
    expect(await google.truth()).toEqual(before);
    expect((await google.list({}, google.people(google.oauth('second-refresh-token')))).persons).toHaveLength(
      6,
    );
  });

  test('a data folder belongs to one simulator at a time', async () => {
    await expect(startPeopleSimulator({ dataDir: google.dataDir })).rejects.toThrow(
      /another people simulator/,
    );
  });
});

test('the same seed gives the same persons in another folder', async () => {
  const [one, other] = [new SimulatedGoogle(), new SimulatedGoogle()];
  await Promise.all([one.start({ persons: 50, seed: 1 }), other.start({ persons: 50, seed: 1 })]);
  expect(await one.truth()).toEqual(await other.truth());
  await Promise.all([one.end(), other.end()]);
});

test('a million persons are there at once, and can be listed, found and changed', async () => {
  const begun = performance.now();
  const google = await new SimulatedGoogle().start({ persons: 1_000_000, seed: 4 });
  expect(performance.now() - begun).toBeLessThan(1_000);
  const first = await google.page({ pageSize: 1000, requestSyncToken: true });
  expect([first.totalItems, first.connections?.length]).toEqual([1_000_000, 1_000]);
  const { items } = await google.control<{ items: object[] }>('GET persons?limit=1&offset=999999');
  const last = idOf(items[0] ?? {});
  await google.control(`DELETE persons/${last}`);
  const { total } = await google.control<{ total: number }>('GET persons?limit=1');
  expect(total).toBe(999_999);
  await google.end();
});
