import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

const CONTACTS = 25;

describe('Cancelling a run', () => {
  let service: TestService;
  let seed = 200;
  beforeAll(async () => {
    service = await startTestService({ SYNC_PAGE_SIZE: '10', DELETION_GUARD: 'off' });
  });
  afterAll(() => service.stop());

  beforeEach(async () => {
    seed += 1;
    await service.google.control('DELETE', '/control/faults');
    await service.google.control('PUT', '/control/accounts/demo', { persons: CONTACTS, seed });
  });

  const begin = async (path = '/full'): Promise<string> =>
    (await service.api('POST', `/api/sync${path}`, undefined, { prefer: 'respond-async' })).body.id as string;
  const run = async (id: string) =>
    (await service.api('GET', `/api/sync/runs/${id}`)).body as {
      state: string;
      statistics: { pages: number };
    };
  const cancel = (id: string) => service.api('POST', `/api/sync/runs/${id}/cancel`);
  const hangOnPage = (page: number) =>
    service.google.control('POST', '/control/faults', {
      where: 'connections',
      when: { page },
      fault: { kind: 'hang' },
    });
  const pagesDone = (id: string, pages: number) =>
    waitFor(async () => (await run(id)).statistics.pages === pages, { what: `page ${pages}` });
  /** A fault that has not struck yet would meet the next run instead. */
  const hangs = () =>
    waitFor(async () => (await service.google.control('GET', '/control/faults')).body.items.length === 0, {
      what: 'a request to hang',
    });
  const live = async () =>
    (await sql(service.database, 'select 1 from contact_snapshots where not deleted')).length;

  it('ends one that is cancelled in the moment in which it begins', async () => {
    await sql(
      service.database,
      `create function cancel_at_once() returns trigger language plpgsql security definer as $$ begin
         update sync_runs set cancel_requested = true where id = new.id;
         perform pg_notify('contactstream_cancelled', new.id::text);
         return null;
       end $$`,
    );
    await sql(
      service.database,
      `create trigger cancel_at_once after update on sync_runs for each row
       when (old.state = 'queued' and new.state = 'running') execute function cancel_at_once()`,
    );
    for (let time = 0; time < 15; time += 1) {
      await hangOnPage(1);
      const id = await begin();
      await waitFor(async () => (await run(id)).state === 'cancelled', { what: 'its end' });
    }
    await sql(service.database, 'drop trigger cancel_at_once on sync_runs');
  });

  it('ends one that waits for Google, between two pages: what came stays, nothing is deleted', async () => {
    await service.api('POST', '/api/sync/full');
    await service.google.control('PUT', '/control/accounts/demo', { persons: CONTACTS, seed: seed + 1_000 });
    await hangOnPage(3);
    const id = await begin();
    await pagesDone(id, 2);
    await hangs();
    const started = performance.now();

    const { status, body } = await cancel(id);

    expect(status).toBe(200);
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(body).toMatchObject({ id, state: 'cancelled', error: null, finishedAt: expect.any(String) });
    expect(body.statistics).toMatchObject({ created: 20, deleted: 0, pages: 2 });
    expect(await live()).toBe(CONTACTS + 20);
  });

  it('answers 409 to whoever waited for it', async () => {
    await hangOnPage(1);
    const waiting = service.api('POST', '/api/sync/full');
    const id = await waitFor(
      async () =>
        (await service.api('GET', '/api/sync/runs?state=running&limit=1')).body.items[0]?.id as
          | string
          | undefined,
      { what: 'the run' },
    );
    await hangs();
    await cancel(id);

    const { status, body } = await waiting;

    expect(status).toBe(409);
    expect(body).toMatchObject({
      code: 'sync-cancelled',
      runId: id,
      detail: expect.stringMatching(/^Sync failed: /),
    });
  });

  it('loses nothing: the next run begins at once and ends with Google’s state', async () => {
    await hangOnPage(2);
    const id = await begin();
    await pagesDone(id, 1);
    await hangs();
    await cancel(id);

    const { status, body } = await service.api('POST', '/api/sync/full');

    expect(status).toBe(200);
    expect(body.statistics).toMatchObject({ total_fetched: CONTACTS, created: 15, unchanged: 10, errors: 0 });
    expect(await live()).toBe(CONTACTS);
  });

  it('keeps the sync token, so that an incremental run brings what the cancelled one did not', async () => {
    await service.api('POST', '/api/sync/full');
    const { body: made } = await service.google.control('POST', '/control/persons', { count: 15 });
    const last = (made.resourceNames as string[])[14]?.replace('people/', '') ?? '';
    await service.google.control('DELETE', `/control/persons/${last}`);
    await hangOnPage(2);
    const id = await begin('/incremental');
    await pagesDone(id, 1);
    await hangs();
    await cancel(id);

    const { body } = await service.api('POST', '/api/sync');

    expect(body).toMatchObject({
      run: { mode: 'incremental', fallbackReason: null },
      statistics: { created: 4, unchanged: 11, deleted: 0 },
    });
    expect(await live()).toBe(CONTACTS + 14);
    // 10 of them came with the cancelled run; nobody was created twice.
    const versions = await sql(service.database, `select 1 from events where version > 1 and run_id = $1`, [
      body.run.id,
    ]);
    expect(versions).toEqual([]);
  });

  it('ends one that nobody has begun, and Google is never asked', async () => {
    // As long as another process holds the account's lease, a run waits.
    const lease = `update leases set owner = 'another', fencing_token = fencing_token + 1`;
    await sql(service.database, `${lease}, expires_at = now() + interval '1 hour'`);
    await service.google.control('DELETE', '/control/requests');
    const id = await begin();

    const { status, body } = await cancel(id);

    expect(status).toBe(200);
    expect(body).toMatchObject({ state: 'cancelled', startedAt: null, finishedAt: expect.any(String) });
    await sql(service.database, `${lease}, expires_at = now()`);
    expect((await service.api('POST', '/api/sync/full')).body.statistics.total_fetched).toBe(CONTACTS);
    expect(await run(id)).toEqual(body);
  });

  it('of one that is over, or that nobody knows, is refused', async () => {
    const { body } = await service.api('POST', '/api/sync/full');

    const over = await cancel(body.run.id);

    expect(over.status).toBe(409);
    expect(over.body).toMatchObject({ code: 'run-over' });
    expect((await run(body.run.id)).state).toBe('succeeded');
    expect((await cancel('7b1d0f5e-3a77-4d4b-9b52-0d7a3b1c9f11')).status).toBe(404);
  });

  it('leaves held deletions of an earlier run to their decision', async () => {
    await service.api('POST', '/api/sync/full');
    const { items } = (await service.google.control('GET', '/control/persons')).body;
    for (const { resourceName } of items as { resourceName: string }[]) {
      await service.google.control('DELETE', `/control/persons/${resourceName.replace('people/', '')}`);
    }
    const held = (await service.api('POST', '/api/sync/full')).body.run.id as string;
    await hangOnPage(1);
    const id = await begin();
    await hangs();
    await cancel(id);

    const approved = await service.api('POST', `/api/sync/runs/${held}/held-deletions/approve`);

    expect(approved.body.deleted).toBeGreaterThanOrEqual(CONTACTS);
    expect(await live()).toBe(0);
  });
});
