import { type MikroORM } from '@mikro-orm/postgresql';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AuditEntries,
  AuditTrail,
  begunEntry,
  DONE,
  RemoveOldEntriesCommand,
  RemoveOldEntriesHandler,
} from '#audit';
import { databaseParts } from '#database';
import { connectDatabase } from '#platform';

import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { sql } from '../support/sql.js';

const KEPT = { code: 'KA001' };
const ACCOUNT = '7a5c0c8e-3d7b-4c53-8d1c-1d2b6a7e9f00';
const OTHER = '8a5c0c8e-3d7b-4c53-8d1c-1d2b6a7e9f00';
const draft = { actor: { kind: 'token', name: 'crm' }, action: 'sync.run', reason: 'ticket 1' } as const;

describe('An entry of the audit', () => {
  let database: TestDatabase;
  let orm: MikroORM;
  let trail: AuditTrail;
  beforeAll(async () => {
    database = await createTestDatabase();
    orm = await connectDatabase(database.url, databaseParts);
    await orm.migrator.up();
    trail = new AuditTrail(orm.em);
  });
  afterAll(async () => {
    await orm.close();
    await database.drop();
  });

  const change = (statement: string, id: string) => sql(database, `${statement} where id = $1`, [id]);
  const entry = async (id: string) => (await change('select * from audit_entries', id))[0];

  it('of a process that was killed stays without an outcome', async () => {
    const { id } = await trail.begin(draft);
    const { items } = await new AuditEntries(orm.em).list({ outcome: null }, { limit: 10 });
    expect(items).toEqual([expect.objectContaining({ id, settledAt: null, reason: 'ticket 1' })]);
  });

  it('is settled once; what was known before stays', async () => {
    const begun = await trail.begin({ ...draft, accountId: ACCOUNT });
    await trail.settle(
      begun,
      { outcome: 'refused', code: 'run-over' },
      { accountId: OTHER, object: 'run-1' },
    );
    await trail.settle(begun, DONE);
    expect(await entry(begun.id)).toMatchObject({
      outcome: 'refused',
      code: 'run-over',
      account_id: ACCOUNT,
      object: 'run-1',
    });
  });

  it.each([
    ['who', `actor_name = 'other'`],
    ['what', `action = 'run.cancel'`],
    ['why', `reason = 'ticket 2'`],
    ['when', `occurred_at = now()`],
    ['which account', `account_id = '${OTHER}'`],
    ['how often', 'count = 2'],
  ])('is not changed by anybody with the rights to the table: %s', async (_, assignment) => {
    const { id } = await trail.begin({ ...draft, accountId: ACCOUNT });
    await expect(change(`update audit_entries set ${assignment}`, id)).rejects.toMatchObject(KEPT);
    const settled = `outcome = 'done', settled_at = now()`;
    await expect(change(`update audit_entries set ${settled}, ${assignment}`, id)).rejects.toMatchObject(
      KEPT,
    );
  });

  it('that nothing has written is written with its outcome', async () => {
    const unwritten = begunEntry({ ...draft, requestId: 'r-1' });
    await trail.settle(unwritten, { outcome: 'refused', code: 'invalid-request' }, { accountId: OTHER });
    await trail.settle(unwritten, DONE);
    expect(await entry(unwritten.id)).toMatchObject({
      actor_kind: 'token',
      actor_name: 'crm',
      action: 'sync.run',
      reason: 'ticket 1',
      request_id: 'r-1',
      account_id: OTHER,
      outcome: 'refused',
      code: 'invalid-request',
      settled_at: expect.any(Date) as unknown,
    });
  });

  it('keeps the outcome that it has', async () => {
    const begun = await trail.begin(draft);
    const { id } = begun;
    await trail.settle(begun, { outcome: 'failed', code: 'internal-error' });
    for (const assignment of [`outcome = 'done'`, `code = null`, `outcome = null, settled_at = null`]) {
      await expect(change(`update audit_entries set ${assignment}`, id)).rejects.toMatchObject(KEPT);
    }
  });

  it('is not deleted by anybody, alone or with all', async () => {
    const { id } = await trail.begin(draft);
    await expect(change('delete from audit_entries', id)).rejects.toMatchObject(KEPT);
    await expect(sql(database, 'truncate audit_entries cascade')).rejects.toMatchObject(KEPT);
  });

  it('goes when it was kept long enough, and none before', async () => {
    const before = new Date('2026-01-02T00:00:00Z');
    await sql(
      database,
      `insert into audit_entries (id, occurred_at, actor_kind, action)
       select gen_random_uuid(), timestamptz '2026-01-01 00:00Z' + make_interval(mins => n), 'service', 'old'
       from generate_series(1, 2000) as n`,
    );
    const left = async () =>
      Number(
        (await sql<{ count: string }>(database, `select count(*) from audit_entries where action = 'old'`))[0]
          ?.count,
      );
    const handler = new RemoveOldEntriesHandler(orm.em);
    expect(await handler.execute(new RemoveOldEntriesCommand(before))).toBe(1439);
    expect(await left()).toBe(561);
    // Not even retention may take what is younger.
    await expect(
      orm.em.fork().transactional(async (tx) => {
        await tx.execute(
          `select set_config('contactstream.remove_audit_before', '2026-01-02T00:00:00Z', true)`,
        );
        await tx.execute(`delete from audit_entries where action = 'old'`);
      }),
    ).rejects.toMatchObject(KEPT);
    expect(await left()).toBe(561);
  });
});
