import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { projection, rebuild, rebuildIsOver, rebuildReaches, storedRows } from '../support/rebuild.js';
import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

const CONTACTS = 1_200;

describe('Rebuilding the read model', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ DELETION_GUARD: 'off' }, { persons: CONTACTS, seed: 3 });
    expect((await service.api('POST', '/api/sync')).body.status).toBe('success');
  });
  afterAll(() => service.stop());

  const verified = async (): Promise<unknown> => (await service.api('POST', '/api/verify')).body;
  /** All pages of the list. */
  const listed = async (): Promise<string[]> => {
    const ids: string[] = [];
    let cursor = '';
    do {
      const { status, body } = await service.api('GET', `/api/contacts?limit=500${cursor}`);
      if (status !== 200) throw new Error(`The list was answered with ${status}`);
      ids.push(...(body.items as { id: string }[]).map(({ id }) => id));
      cursor = body.nextCursor === null ? '' : `&cursor=${String(body.nextCursor)}`;
    } while (cursor !== '');
    return ids;
  };
  const changeSomePersons = async (): Promise<void> => {
    const { items } = (await service.google.control('GET', '/control/persons?limit=40')).body;
    for (const { resourceName } of items as { resourceName: string }[]) {
      await service.google.control('PATCH', `/control/${resourceName.replace('people/', 'persons/')}`, {
        nicknames: [{ value: `Nickname ${Math.random()}` }],
      });
    }
  };
  const schema = () =>
    sql(
      service.database,
      `select indexname as name, indexdef as definition from pg_indexes where tablename like 'contacts%'
       union all
       select conname, pg_get_constraintdef(oid) from pg_constraint where conrelid = 'contacts'::regclass
       union all
       select table_name, '' from information_schema.tables where table_name like 'contacts%' order by 1, 2`,
    );
  /** A transaction that has looked at a table and does not end. */
  const whileHolding = async (statement: string, work: () => Promise<void>): Promise<void> => {
    const holder = new pg.Client({ connectionString: service.database.url });
    await holder.connect();
    try {
      await holder.query('begin');
      await holder.query(statement);
      await work();
    } finally {
      await holder.end();
    }
  };

  it('gives the same rows and the same schema, and readers miss nothing meanwhile', async () => {
    const [rows, parts, ids] = await Promise.all([storedRows(service.database), schema(), listed()]);
    expect(ids).toHaveLength(CONTACTS);
    const over = new AbortController();
    const looks = (async () => {
      const seen: string[][] = [];
      while (!over.signal.aborted) seen.push(await listed());
      return seen;
    })();

    for (let time = 0; time < 2; time += 1) {
      expect(await rebuild(service.api)).toMatchObject({
        state: 'succeeded',
        differences: { count: 0, first: [] },
        error: null,
      });
    }
    over.abort();

    const seen = await looks;
    expect(seen.length).toBeGreaterThan(1);
    for (const look of seen) expect(look).toEqual(ids);
    expect(await storedRows(service.database)).toEqual(rows);
    expect(await schema()).toEqual(parts);
  });

  it('mends what was damaged, and says what it was', async () => {
    const rows = await storedRows(service.database);
    const damaged = await sql<{ id: string }>(
      service.database,
      'select id from contacts order by id limit 8',
    );
    const [missing, document, text, digits, behind, ahead, cut, times] = damaged.map(({ id }) => id) as [
      string,
      ...string[],
    ];
    const damage = (change: string, id = '') =>
      sql(service.database, `update contacts set ${change} where id = '${id}'`);
    await sql(service.database, 'delete from contacts where id = $1', [missing]);
    await damage(`document = jsonb_set(document::jsonb, '{nicknames}', '["?"]')`, document);
    await damage(`search_text = search_text || '?'`, text);
    await damage(`phone_digits = phone_digits || '0'`, digits);
    await damage('version = 0', behind);
    await damage('version = 99', ahead);
    await damage('document = null', cut);
    await damage(`updated_at = updated_at + interval '1 ms', deleted_reason = 'merged'`, times);
    const extra = '00000000-0000-4000-8000-000000000000';
    await sql(service.database, `insert into contacts select ($1::contacts).* from (select 1) one`, [
      (
        await sql<{ row: string }>(
          service.database,
          `select replace(contacts::text, id::text, '${extra}') as row from contacts where document is not null limit 1`,
        )
      )[0]?.row,
    ]);
    const differences = [
      { contactId: extra, kind: 'extra', columns: [] },
      { contactId: missing, kind: 'missing', columns: [] },
      { contactId: document, kind: 'different', columns: ['document'] },
      { contactId: text, kind: 'different', columns: ['search_text'] },
      { contactId: digits, kind: 'different', columns: ['phone_digits'] },
      { contactId: behind, kind: 'different', columns: ['version'] },
      { contactId: ahead, kind: 'different', columns: ['version'] },
      { contactId: cut, kind: 'different', columns: ['document'] },
      { contactId: times, kind: 'different', columns: ['deleted_reason', 'updated_at'] },
    ];

    const report = await verified();

    expect(report).toMatchObject({
      ok: false,
      contacts: CONTACTS,
      rows: CONTACTS,
      differences: { count: 9, first: differences },
      logFaults: { count: 0, first: [] },
    });
    expect((await rebuild(service.api)).differences).toEqual({ count: 9, first: differences });
    expect(await verified()).toMatchObject({ ok: true, differences: { count: 0 } });
    expect(await storedRows(service.database)).toEqual(rows);
  });

  it('ends as a fold of the log though syncs go on all the time', async () => {
    const over = new AbortController();
    const syncs = (async () => {
      let syncs = 0;
      for (; !over.signal.aborted; syncs += 1) {
        await changeSomePersons();
        expect((await service.api('POST', '/api/sync')).body.status).toBe('success');
        expect(await verified()).toMatchObject({ ok: true });
      }
      return syncs;
    })();

    for (let time = 0; time < 3; time += 1) {
      expect(await rebuild(service.api)).toMatchObject({ state: 'succeeded', differences: { count: 0 } });
    }
    over.abort();

    expect(await syncs).toBeGreaterThan(0);
    const { position } = await projection(service.api);
    expect(await verified()).toMatchObject({ ok: true, position, rows: CONTACTS });
  });

  it('waits for a transaction that reads the table, and lets other readers pass meanwhile', async () => {
    const rows = await storedRows(service.database);
    await whileHolding('select 1 from contacts limit 1', async () => {
      expect((await service.api('POST', '/api/projections/contacts/rebuild')).status).toBe(202);
      await rebuildReaches(service.api, 'swapping');
      await waitFor(
        async () =>
          (
            await sql(
              service.database,
              `select 1 from pg_locks where relation = 'contacts'::regclass and mode = 'AccessExclusiveLock' and not granted`,
            )
          ).length > 0,
        { what: 'the swap to wait' },
      );
      // Its lock timeout is half a second; a reader who queued behind it is answered then.
      for (let time = 0; time < 3; time += 1) expect(await listed()).toHaveLength(CONTACTS);
      expect((await projection(service.api)).rebuild.state).toBe('swapping');
    });

    expect(await rebuildIsOver(service.api)).toMatchObject({ state: 'succeeded' });
    expect(await storedRows(service.database)).toEqual(rows);
  });

  it('lets what is projected at the moment of the swap land in the new table', async () => {
    const progress = `select 1 from projection_checkpoints where projection = 'contacts' for update`;
    await whileHolding('select 1 from contacts limit 1', async () => {
      expect((await service.api('POST', '/api/projections/contacts/rebuild')).status).toBe(202);
      await rebuildReaches(service.api, 'swapping');
      await changeSomePersons();
      await whileHolding(progress, async () => {
        const { status } = await service.api('POST', '/api/sync', undefined, { prefer: 'respond-async' });
        expect(status).toBe(202);
        await waitFor(
          async () =>
            (
              await sql(
                service.database,
                `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
                 and query like '%update projection_checkpoints%'`,
              )
            ).length > 0,
          { what: 'the projection to stand before its batch' },
        );
      });
    });

    expect(await rebuildIsOver(service.api)).toMatchObject({ state: 'succeeded' });
    await waitFor(async () => (await projection(service.api)).lag?.events === 0, { what: 'the read model' });
    expect(await verified()).toMatchObject({ ok: true, rows: CONTACTS });
  });

  it('is asked for once at a time, shows where it stands, and can be cancelled', async () => {
    const parts = await schema();
    const rows = await storedRows(service.database);
    const { position } = await projection(service.api);
    await whileHolding('select 1 from contacts limit 1', async () => {
      const queued = await service.api('POST', '/api/projections/contacts/rebuild');
      expect(queued.status).toBe(202);
      expect(queued.headers.get('location')).toBe('/api/projections/contacts');
      expect(queued.body).toMatchObject({
        name: 'contacts',
        state: 'rebuilding',
        rebuild: { cancelRequested: false },
      });
      const again = await service.api('POST', '/api/projections/contacts/rebuild');
      expect(again.status).toBe(409);
      expect(again.body.code).toBe('rebuild-in-progress');
      await rebuildReaches(service.api, 'swapping');
      expect((await service.api('GET', '/api/projections/contacts')).body).toMatchObject({
        state: 'rebuilding',
        position,
        lag: { events: 0 },
        rebuild: { position, target: position },
      });

      expect((await service.api('DELETE', '/api/projections/contacts/rebuild')).status).toBe(202);

      expect(await rebuildIsOver(service.api)).toMatchObject({ state: 'cancelled' });
    });
    expect(await schema()).toEqual(parts);
    expect(await storedRows(service.database)).toEqual(rows);
    expect(
      await sql(
        service.database,
        `select 1 from projection_checkpoints where projection = 'contacts-rebuild'`,
      ),
    ).toEqual([]);
    expect((await projection(service.api)).state).toBe('live');
    const nothing = await service.api('DELETE', '/api/projections/contacts/rebuild');
    expect(nothing.body.code).toBe('rebuild-not-found');
  });

  it('puts nothing in place when the log is damaged, and the damage is told', async () => {
    const rows = await storedRows(service.database);
    const parts = await schema();
    const [gone] = await sql<{ stream_id: string }>(
      service.database,
      `with damaged as (delete from events where position = (select min(position) from events where version = 2)
       returning *) select * from damaged`,
    );
    const [other] = await sql<{ stream_id: string }>(
      service.database,
      `update events set data = '{}' where position = (select min(position) from events
       where version = 1 and stream_id <> $1) returning stream_id`,
      [gone?.stream_id],
    );

    expect(await verified()).toMatchObject({
      ok: false,
      logFaults: {
        count: 2,
        first: expect.arrayContaining([
          { contactId: gone?.stream_id, version: 3, fault: 'version-gap' },
          { contactId: other?.stream_id, version: 1, fault: 'unreadable' },
        ]),
      },
    });
    expect(await rebuild(service.api)).toMatchObject({
      state: 'failed',
      error: expect.stringMatching(/schema/),
    });
    expect(await storedRows(service.database)).toEqual(rows);
    expect(await schema()).toEqual(parts);
  });
});

describe('Without a process that projects', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ ROLES: 'api,scheduler' });
  });
  afterAll(() => service.stop());

  it('the projection is stopped, and a rebuild that nobody has begun is cancelled at once', async () => {
    expect((await service.api('GET', '/api/projections')).body).toMatchObject({
      items: [{ name: 'contacts', state: 'stopped', position: '0', rebuild: null, lastRebuild: null }],
    });
    const asked = await service.api('POST', '/api/projections/contacts/rebuild');
    expect(asked.body).toMatchObject({ state: 'stopped', rebuild: { state: 'queued', startedAt: null } });

    const cancelled = await service.api('DELETE', '/api/projections/contacts/rebuild');

    expect(cancelled.body).toMatchObject({
      state: 'stopped',
      rebuild: null,
      lastRebuild: { state: 'cancelled' },
    });
  });
});
