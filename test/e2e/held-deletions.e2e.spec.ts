import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

const CONTACTS = 20;

/** The guard lets five deletions pass, or a fifth of the contacts. */
describe('Deletions that a full sync infers from absence', () => {
  let service: TestService;
  let names: string[];
  let seed = 0;
  beforeAll(async () => {
    service = await startTestService({ SYNC_PAGE_SIZE: '10', DELETION_GUARD: '20%,5' });
  });
  afterAll(() => service.stop());

  beforeEach(async () => {
    // Begin with contacts that were never seen before, and none of an earlier test.
    seed += 1;
    await service.google.control('DELETE', '/control/faults');
    await service.google.control('PUT', '/control/accounts/demo', { persons: CONTACTS, seed });
    const { body } = await service.api('POST', '/api/sync/full');
    if (body.status === 'held') expect((await decide(body.run.id, 'approve')).status).toBe(200);
    const { items } = (await service.google.control('GET', '/control/persons')).body;
    names = (items as { resourceName: string }[]).map((person) => person.resourceName);
    expect(await liveNames()).toEqual([...names].sort());
  });

  const idOf = (resourceName: string | undefined) => resourceName?.replace('people/', '') ?? '';
  const remove = async (resourceNames: readonly string[]): Promise<void> => {
    for (const name of resourceNames)
      await service.google.control('DELETE', `/control/persons/${idOf(name)}`);
  };
  const restore = (resourceName: string | undefined) =>
    service.google.control('POST', `/control/persons/${idOf(resourceName)}/restore`);
  const fault = (fault: object, more: object = {}) =>
    service.google.control('POST', '/control/faults', { where: 'connections', fault, ...more });
  const fullSync = () => service.api('POST', '/api/sync/full');
  const decide = (runId: string, decision: 'approve' | 'reject') =>
    service.api('POST', `/api/sync/runs/${runId}/held-deletions/${decision}`);
  const heldNames = async (runId: string): Promise<string[]> => {
    const path = `/api/sync/runs/${runId}/held-deletions?limit=4`;
    const items: { resourceName: string }[] = [];
    for (let behind: string | null = ''; behind !== null;) {
      const { body } = await service.api('GET', `${path}${behind}`);
      items.push(...body.items);
      behind = body.nextCursor === null ? null : `&cursor=${body.nextCursor}`;
    }
    return items.map((item) => item.resourceName).sort();
  };
  const stateOf = async (runId: string): Promise<string> =>
    (await service.api('GET', `/api/sync/runs/${runId}`)).body.state as string;
  const decisionOn = async (runId: string): Promise<unknown> =>
    (await service.api('GET', `/api/sync/runs/${runId}`)).body.heldDecision;
  /** What the log says, without the read model between. */
  const eventsOf = async (query: string): Promise<Record<string, unknown>[]> =>
    (await service.api('GET', `/api/events?limit=500&${query}`)).body.items as Record<string, unknown>[];
  const head = async (): Promise<string> => {
    const [row] = await sql<{ last: string }>(
      service.database,
      'select coalesce(max(position), 0) as last from events',
    );
    return row?.last ?? '';
  };
  async function liveNames(): Promise<string[]> {
    const rows = await sql<{ name: string }>(
      service.database,
      'select resource_name as name from contact_snapshots where not deleted order by resource_name collate "C"',
    );
    return rows.map(({ name }) => name);
  }

  it('holds them when they are more than the guard lets pass, and keeps every contact', async () => {
    await remove(names.slice(0, 6));
    const before = await head();

    const { status, body } = await fullSync();

    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'held',
      message: expect.stringMatching(/6 deletions wait for approval/),
      statistics: { total_fetched: 14, unchanged: 14, deleted: 0 },
      run: { state: 'held', mode: 'full', heldDeletions: 6, holdReason: 'deletion-guard' },
    });
    expect(await eventsOf(`after=${before}`)).toEqual([]);
    expect(await heldNames(body.run.id)).toEqual(names.slice(0, 6).sort());
    const status_ = await service.api('GET', '/api/sync/status');
    expect(status_.body.accounts[0]).toMatchObject({ state: 'held', contacts: CONTACTS });
  });

  it.each([
    ['as many as the guard’s count', 5],
    ['none', 0],
  ])('deletes at once where they are %s', async (_, count) => {
    await remove(names.slice(0, count));

    const { body } = await fullSync();

    expect(body).toMatchObject({ status: 'success', statistics: { deleted: count } });
    expect(body.run).not.toHaveProperty('heldDeletions');
    expect(await liveNames()).toEqual(names.slice(count).sort());
  });

  it('does not hold what Google itself calls deleted', async () => {
    await remove(names.slice(0, 15));

    const { body } = await service.api('POST', '/api/sync/incremental');

    expect(body).toMatchObject({ status: 'success', statistics: { deleted: 15 } });
  });

  it('holds an empty list', async () => {
    await remove(names);
    const empty = await fullSync();
    expect(empty.body).toMatchObject({
      status: 'held',
      message: expect.stringMatching(/20 deletions.*empty/),
      run: { heldDeletions: 20, holdReason: 'empty-list' },
    });

    expect(await liveNames()).toHaveLength(CONTACTS);

    for (const name of names.slice(1)) await restore(name);
    expect((await fullSync()).body).toMatchObject({ status: 'success', statistics: { deleted: 1 } });
  });

  it('holds those alone that Google says are gone', async () => {
    await remove(names.slice(0, 6));
    await fault({ kind: 'hide-persons', resourceNames: names.slice(6, 14) }, { times: 2 });

    const { body } = await fullSync();

    expect(body.run).toMatchObject({ heldDeletions: 6, holdReason: 'deletion-guard' });
    expect(await heldNames(body.run.id)).toEqual(names.slice(0, 6).sort());
  });

  it('holds them when a person on the list could be anybody', async () => {
    await remove(names.slice(0, 1));
    await fault({ kind: 'replace-person', persons: ['{"names":[{"displayName":"Nobody"}]}'] });

    const { body } = await fullSync();

    expect(body).toMatchObject({
      status: 'held',
      message: expect.stringMatching(/1 deletions?.*told/),
      statistics: { errors: 1 },
      run: { heldDeletions: 1, holdReason: 'unknown-person' },
    });
  });

  it('promotes the sync token all the same', async () => {
    await remove(names.slice(0, 6));
    await fullSync();
    await service.google.control('PATCH', `/control/persons/${idOf(names[7])}`, {
      nicknames: [{ value: 'Seven' }],
    });

    const { body } = await service.api('POST', '/api/sync');

    // The deletions are older than the token that came with the held list.
    expect(body).toMatchObject({
      status: 'success',
      statistics: { total_fetched: 1, updated: 1, deleted: 0 },
      run: { mode: 'incremental', fallbackReason: null },
    });
  });

  it('deletes them on approval, with the id and in the counts of the run that held them', async () => {
    await remove(names.slice(0, 6));
    const { body: held } = await fullSync();
    const before = await head();

    const approved = await decide(held.run.id, 'approve');

    expect(approved.status).toBe(200);
    expect(approved.body).toEqual({ deleted: 6 });
    const events = await eventsOf(`after=${before}`);
    expect(events).toHaveLength(6);
    for (const event of events) {
      expect(event).toMatchObject({
        type: 'ContactDeleted',
        data: { version: 2, reason: 'absent-from-full-sync', mergedInto: null, runId: held.run.id },
      });
    }
    expect(await liveNames()).toEqual(names.slice(6).sort());
    const run = (await service.api('GET', `/api/sync/runs/${held.run.id as string}`)).body;
    expect(run).toMatchObject({
      state: 'succeeded',
      statistics: { ...held.statistics, deleted: 6, not_listed: 6 },
      lastPosition: await head(),
    });
    expect(await heldNames(held.run.id)).toEqual([]);
    const again = await decide(held.run.id, 'approve');
    expect(again.status).toBe(409);
    expect(again.body).toMatchObject({ code: 'nothing-held' });
  });

  it('keeps them on rejection, and asks again at the next full sync', async () => {
    await remove(names.slice(0, 6));
    const first = (await fullSync()).body.run.id;
    const before = await head();

    expect(await decisionOn(first)).toBeUndefined();
    const rejected = await decide(first, 'reject');

    expect(rejected.status).toBe(200);
    expect(rejected.body).toEqual({ deleted: 0 });
    expect(await stateOf(first)).toBe('succeeded');
    expect(await decisionOn(first)).toMatchObject({ decision: 'reject', actor: { kind: 'anyone' } });
    expect(await eventsOf(`after=${before}`)).toEqual([]);
    const second = await fullSync();
    expect(second.body).toMatchObject({ status: 'held', run: { heldDeletions: 6 } });
    expect(second.body.run.id).not.toBe(first);
    await decide(second.body.run.id, 'approve');
    expect(await decisionOn(second.body.run.id)).toMatchObject({ decision: 'approve' });
    // As a process leaves it that is killed before it decides.
    await sql(
      service.database,
      `insert into audit_entries (id, occurred_at, actor_kind, action, account_id, object)
       select gen_random_uuid(), clock_timestamp(), 'anyone', 'held-deletions.approve', account_id, id::text
       from sync_runs where id = $1`,
      [first],
    );
    expect(await decisionOn(first)).toMatchObject({ decision: 'reject' });
  });

  it('drops a contact that is seen again meanwhile', async () => {
    await remove(names.slice(0, 6));
    const { body: held } = await fullSync();
    await restore(names[0]);
    await service.google.control('PATCH', `/control/persons/${idOf(names[0])}`, { nicknames: ['Back'] });
    expect((await service.api('POST', '/api/sync/incremental')).body.run.mode).toBe('incremental');

    expect(await heldNames(held.run.id)).toEqual(names.slice(1, 6).sort());
    expect((await decide(held.run.id, 'approve')).body).toEqual({ deleted: 5 });

    expect(await liveNames()).toEqual([names[0], ...names.slice(6)].sort());
  });

  it('drops a contact that shows up again though it cannot be understood', async () => {
    await remove(names.slice(0, 6));
    const { body: held } = await fullSync();
    await fault({
      kind: 'replace-person',
      persons: [JSON.stringify({ resourceName: names[0], names: 'no list' })],
    });
    await service.api('POST', '/api/sync/incremental');

    expect(await heldNames(held.run.id)).toEqual(names.slice(1, 6).sort());
  });

  it('leaves the older decision to a newer full sync', async () => {
    await remove(names.slice(0, 6));
    const older = (await fullSync()).body.run.id;
    await restore(names[0]);
    await restore(names[1]);
    await remove(names.slice(6, 10));

    const newer = (await fullSync()).body.run.id;

    expect(await stateOf(older)).toBe('succeeded');
    expect(await heldNames(older)).toEqual([]);
    expect(await heldNames(newer)).toEqual(names.slice(2, 10).sort());
    expect((await decide(older, 'approve')).status).toBe(409);
    expect(await decisionOn(older)).toBeUndefined();
    for (const name of names.slice(2, 10)) await restore(name);
    expect((await fullSync()).body.status).toBe('success');
    expect(await stateOf(newer)).toBe('succeeded');
  });

  it('keeps what is held when a newer full sync does not come to its end', async () => {
    await remove(names.slice(0, 6));
    const held = (await fullSync()).body.run.id;
    await fault({ kind: 'truncate' });

    expect((await fullSync()).status).toBe(502);

    expect(await stateOf(held)).toBe('held');
    expect((await decide(held, 'approve')).body).toEqual({ deleted: 6 });
  });

  it('answers 409 to a decision while a run goes on', async () => {
    await remove(names.slice(0, 6));
    const held = (await fullSync()).body.run.id;
    await fault({ kind: 'hang' });
    const { body: going } = await service.api('POST', '/api/sync', undefined, { prefer: 'respond-async' });
    await waitFor(async () => (await stateOf(going.id)) === 'running', { what: 'the run to begin' });

    const refused = await decide(held, 'approve');

    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({ code: 'sync-in-progress', runId: going.id });
    expect(refused.headers.get('location')).toBe(`/api/sync/runs/${going.id as string}`);
    await service.api('POST', `/api/sync/runs/${going.id as string}/cancel`);
    expect(await heldNames(held)).toHaveLength(6);
    expect((await decide(held, 'reject')).status).toBe(200);
  });

  it('waits with a decision for the lease of a run that is just over', async () => {
    await remove(names.slice(0, 6));
    const held = (await fullSync()).body.run.id;
    await sql(
      service.database,
      `update leases set owner = 'another', fencing_token = fencing_token + 1,
         expires_at = clock_timestamp() + interval '300 ms'`,
    );

    expect((await decide(held, 'approve')).body).toEqual({ deleted: 6 });
  });

  it('answers 409 to a decision beside other work on the account’s contacts', async () => {
    await remove(names.slice(0, 6));
    const held = (await fullSync()).body.run.id;
    const lease = `update leases set owner = 'another', fencing_token = fencing_token + 1`;
    await sql(service.database, `${lease}, expires_at = now() + interval '1 hour'`);

    const refused = await decide(held, 'approve');

    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({ code: 'sync-in-progress' });
    expect(refused.body).not.toHaveProperty('runId');
    await sql(service.database, `${lease}, expires_at = now()`);
    expect((await decide(held, 'reject')).status).toBe(200);
  });
});
