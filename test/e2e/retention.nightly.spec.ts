import { randomUUID } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type Call, callsTo } from '../support/call.js';
import { type TestDatabase } from '../support/database.js';
import { createMigratedDatabase } from '../support/migrated-database.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { startGoogle, startService, type TestGoogle } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

describe('What is kept for a time', () => {
  let database: TestDatabase;
  let google: TestGoogle;
  beforeEach(async () => {
    [database, google] = await Promise.all([createMigratedDatabase(), startGoogle({ persons: 5 })]);
  });
  afterEach(() => Promise.all([database.drop(), google.stop()]));

  /** A service from its start to its end; at its start it removes what has been kept long enough. */
  const during = async <T>(
    work: (api: Call) => Promise<T>,
    variables: Record<string, string> = {},
  ): Promise<T> => {
    const service = await startService({ ...serviceEnvironment(database, google), ...variables });
    try {
      return await work(callsTo(service.url));
    } finally {
      await service.stop();
    }
  };
  const off = {
    RETENTION_QUARANTINE: 'off',
    RETENTION_DEAD_LETTERS: 'off',
    RETENTION_RUNS: 'off',
    RETENTION_HELD_DELETIONS: 'off',
    RETENTION_AUDIT: 'off',
  };
  /** As if it had been longer ago. */
  const age = (table: string, columns: readonly string[], days: number, ids: readonly unknown[]) =>
    sql(
      database,
      `update ${table} set ${columns.map((name) => `${name} = ${name} - make_interval(days => $1)`).join(', ')}
       where id = any($2::uuid[])`,
      [days, ids],
    );
  const quarantined = async (api: Call, query = '') =>
    (await api('GET', `/api/quarantine${query}`)).body.items as { id: string; resourceName: string }[];
  /** Persons that cannot be understood, one of each name, on the next list. */
  const show = (...names: string[]) =>
    google.control('POST', '/control/faults', {
      where: 'connections',
      fault: {
        kind: 'replace-person',
        persons: names.map((name) => JSON.stringify({ resourceName: `people/${name}`, names: 'no list' })),
      },
    });

  it('is a day of figures, whatever the variables say', async () => {
    const hours = () =>
      sql<{ hours: number }>(
        database,
        `select round(extract(epoch from now() - half_hour) / 3600)::int as hours from account_changes
         union all select round(extract(epoch from now() - half_hour) / 3600)::int from run_outcomes order by 1`,
      );
    await during(() => Promise.resolve(), off);
    for (const columns of [
      'account_changes (account_id, half_hour, created, updated, deleted) select id, at, 1, 1, 1',
      `run_outcomes (account_id, half_hour, outcome, count, first_at, last_at) select id, at, 'succeeded', 1, at, at`,
    ])
      await sql(
        database,
        `insert into ${columns} from accounts, unnest(array[24, 26, 48]) as h, make_interval(hours => h) as age,
           lateral (select now() - age as at) times`,
      );

    await during(
      () =>
        waitFor(async () => (await hours()).every(({ hours: age }) => age === 24), {
          what: 'the old figures to go',
        }),
      off,
    );
    expect(await hours()).toHaveLength(2);
  });

  it('is the payload of a quarantine entry, from the day that it was closed; an open one stays', async () => {
    await show('old', 'young', 'open');
    const ids = await during(async (api) => {
      await api('POST', '/api/sync/full');
      const entries = await quarantined(api);
      const idOf = (name: string) =>
        entries.find(({ resourceName }) => resourceName === `people/${name}`)?.id ?? '';
      for (const name of ['old', 'young']) await api('POST', `/api/quarantine/${idOf(name)}/discard`);
      return { old: idOf('old'), young: idOf('young'), open: idOf('open') };
    }, off);
    await age('quarantined_persons', ['occurred_at'], 400, Object.values(ids));
    await age('quarantined_persons', ['closed_at'], 31, [ids.old]);
    await age('quarantined_persons', ['closed_at'], 29, [ids.young]);

    await during(async (api) => {
      const one = async (id: string) =>
        (await api('GET', `/api/quarantine/${id}`)).body as Record<string, unknown>;
      await waitFor(async () => (await one(ids.old)).payload === null, { what: 'the payload to go' });
      expect(await one(ids.old)).toMatchObject({ state: 'discarded', resourceName: 'people/old' });
      expect(await one(ids.young)).toMatchObject({ payload: { resourceName: 'people/young' } });
      expect(await one(ids.open)).toMatchObject({ state: 'open', payload: { resourceName: 'people/open' } });
    });
  });

  it('is a set of held deletions that nobody decides on: its contacts stay then', async () => {
    const held = async (api: Call): Promise<string> => {
      await google.control('PUT', '/control/accounts/demo', { persons: 0 });
      const { body } = await api('POST', '/api/sync/full');
      expect(body.status).toBe('held');
      return String(body.run.id);
    };
    const { old, id } = await during(async (api) => {
      const { body } = await api('POST', '/api/sync');
      await api('POST', '/api/sync');
      return { old: String(body.run.id), id: await held(api) };
    }, off);
    const stateOf = async (api: Call) => (await api('GET', `/api/sync/runs/${id}`)).body.state as string;
    await age('sync_runs', ['queued_at', 'finished_at'], 91, [old]);
    await age('sync_runs', ['finished_at'], 89, [id]);
    await during(async (api) => {
      // Runs that are over go last.
      await waitFor(async () => (await api('GET', `/api/sync/runs/${old}`)).status === 404, {
        what: 'the old run to go',
      });
      expect(await stateOf(api)).toBe('held');
    });
    await age('sync_runs', ['finished_at'], 2, [id]);
    await during(async (api) => {
      await waitFor(async () => (await stateOf(api)) === 'succeeded', { what: 'the held set to be let go' });
      expect((await api('GET', `/api/sync/runs/${id}/held-deletions`)).body.items ?? []).toEqual([]);
      expect((await api('GET', '/api/contacts')).body.items).toHaveLength(5);
    });
  });

  it('counts from the closing of a quarantine entry, however it was closed', async () => {
    await show('gone', 'stays');
    await during(async (api) => {
      await api('POST', '/api/sync/full');
      await show('stays', 'discarded');
      await api('POST', '/api/sync/full');
      const [discarded] = (await quarantined(api, '?state=open')).filter(({ resourceName }) =>
        resourceName.endsWith('discarded'),
      );
      await api('POST', `/api/quarantine/${discarded?.id ?? ''}/discard`);
    }, off);
    const rows = await sql(
      database,
      `select person_key as key, state, closed_at is not null as closed from quarantined_persons order by person_key`,
    );
    expect(rows).toEqual([
      { key: 'people/discarded', state: 'discarded', closed: true },
      { key: 'people/gone', state: 'superseded', closed: true },
      { key: 'people/stays', state: 'open', closed: false },
    ]);
  });

  it('is a dead letter, from the day that it was closed; an open one stays', async () => {
    const [old, young, open] = [randomUUID(), randomUUID(), randomUUID()];
    const [refused, waiting] = [randomUUID(), randomUUID()];
    await during(async (api) => {
      await sql(
        database,
        `insert into dead_letters (id, topic, partition, record_offset, headers, error, occurred_at)
         select id, 'contacts.events', 0, 1, '[]', 'not JSON', now() - interval '400 days' from unnest($1::uuid[]) as id`,
        [[old, young, open]],
      );
      for (const id of [old, young]) await api('POST', `/api/dead-letters/${id}/discard`);
      await sql(
        database,
        `insert into refused_records (id, relay, contact_id, events_position, error, state, closed_at)
         values ($1, 'contacts.events', gen_random_uuid(), 1, 'TOO_LARGE', 'discarded', now()),
           ($2, 'contacts.events', gen_random_uuid(), 2, 'TOO_LARGE', 'open', null)`,
        [refused, waiting],
      );
    }, off);
    await age('dead_letters', ['closed_at'], 31, [old]);
    await age('dead_letters', ['closed_at'], 29, [young]);
    await age('refused_records', ['closed_at'], 31, [refused]);

    await during(async (api) => {
      const ids = async () =>
        ((await api('GET', '/api/dead-letters')).body.items as { id: string }[]).map(({ id }) => id).sort();
      await waitFor(async () => (await ids()).length === 3, { what: 'the closed ones to go' });
      expect(await ids()).toEqual([young, open, waiting].sort());
    });
  });

  it('is a run that is over and that nothing refers to; none at all where it is off', async () => {
    const runs = async (api: Call) =>
      ((await api('GET', '/api/sync/runs?limit=100')).body.items as { id: string }[]).map(({ id }) => id);
    const [newest = '', newestGood = '', young = '', ofEntry = '', old = ''] = await during(async (api) => {
      await api('POST', '/api/sync/full');
      await show('open');
      await api('POST', '/api/sync');
      await api('POST', '/api/sync');
      await api('POST', '/api/sync');
      await google.control('POST', '/control/faults', {
        where: 'connections',
        fault: { kind: 'status', status: 400, reason: 'INVALID_ARGUMENT' },
        times: 10,
      });
      await api('POST', '/api/sync');
      return runs(api);
    }, off);
    await age('sync_runs', ['queued_at', 'started_at'], 91, [newest, newestGood, young, ofEntry, old]);
    await age('sync_runs', ['finished_at'], 91, [newest, newestGood, ofEntry, old]);
    await age('sync_runs', ['finished_at'], 89, [young]);

    await during((api) => runs(api), off);
    // Not asked of the next service, which may have removed the old one before it answers.
    expect(await sql(database, 'select id from sync_runs')).toHaveLength(5);
    await during(async (api) => {
      await waitFor(async () => (await runs(api)).length < 5, { what: 'the old run to go' });
      expect((await runs(api)).sort()).toEqual([newest, newestGood, young, ofEntry].sort());
    });
  });

  it('is an entry of the audit, for 400 days', async () => {
    await during(() => Promise.resolve(), off);
    await sql(
      database,
      `insert into audit_entries (id, occurred_at, actor_kind, action)
       select gen_random_uuid(), now() - make_interval(days => days), 'service', 'of day ' || days
       from unnest(array[399, 401]) as days`,
    );
    await during(async (api) => {
      const actions = async () =>
        ((await api('GET', '/api/audit')).body.items as { action: string }[]).map(({ action }) => action);
      await waitFor(async () => (await actions()).length === 1, { what: 'the old one to go' });
      expect(await actions()).toEqual(['of day 399']);
    });
  });

  it('is never a run that holds deletions', async () => {
    const runs = (api: Call) => api('GET', '/api/sync/runs');
    const [held, old] = await during(async (api) => {
      await api('POST', '/api/sync');
      await api('POST', '/api/sync');
      await google.control('PUT', '/control/accounts/demo', { persons: 0 });
      expect((await api('POST', '/api/sync/full')).body.status).toBe('held');
      const items = (await runs(api)).body.items as { id: string }[];
      return [items[0]?.id, items[2]?.id];
    }, off);
    // Not the newest, so that only what it holds keeps it.
    await sql(
      database,
      `update sync_runs set queued_at = now() - interval '100 days', finished_at = now() - interval '100 days' where id = any($1::uuid[])`,
      [[held, old]],
    );
    await during(
      async (api) => {
        await waitFor(async () => (await runs(api)).body.items.length === 2, { what: 'the old run to go' });
        expect((await api('GET', `/api/sync/runs/${held ?? ''}/held-deletions`)).body.items).toHaveLength(5);
      },
      { RETENTION_HELD_DELETIONS: 'off' },
    );
  });
});
