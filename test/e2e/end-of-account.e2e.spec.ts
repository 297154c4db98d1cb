import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { type Call, callsTo } from '../support/call.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { createMigratedDatabase } from '../support/migrated-database.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { type RunningService, startGoogle, startService, type TestGoogle } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

describe('An account', () => {
  let folder: string;
  let databases: TestDatabase[];
  let google: TestGoogle;
  let service: RunningService | null = null;
  let api: Call;
  let accountId: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'contactstream-ends-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  beforeEach(async () => {
    google = await startGoogle({ persons: 20 });
    databases = [await createMigratedDatabase()];
    await start();
    await api('POST', '/api/sync');
    accountId = (await api('GET', '/api/accounts')).body.items[0].id;
  });
  afterEach(async () => {
    await stop();
    await google.stop();
    for (const database of databases) await database.drop();
  });

  const current = (): TestDatabase => {
    const database = databases.at(-1);
    if (database === undefined) throw new Error('There is no database');
    return database;
  };
  const ledger = (): string => path.join(folder, `${databases[0]?.name ?? ''}.jsonl`);
  const ledgerLines = async (): Promise<string[]> =>
    (await readFile(ledger(), 'utf8')).split('\n').filter((line) => line !== '');
  const start = async (variables: Record<string, string> = {}): Promise<void> => {
    service = await startService({
      ...serviceEnvironment(current(), google),
      ERASURE_LEDGER: ledger(),
      ...variables,
    });
    api = callsTo(service.url);
  };
  const stop = async (): Promise<void> => {
    await service?.stop();
    service = null;
  };
  const contact = async (): Promise<string> =>
    String((await api('GET', '/api/contacts?limit=1&includeDeleted=true')).body.items[0].id);
  const account = () => api('GET', `/api/accounts/${accountId}`);
  const state = async () =>
    (await api('GET', '/api/sync/status')).body.accounts[0] as { state: string; nextSyncAt: string | null };
  const revoked = async (): Promise<boolean> => {
    const { status } = await fetch(`${google.url}/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=refresh_token&client_id=client&client_secret=secret&refresh_token=demo-refresh-token',
    });
    return status === 400;
  };

  const begun = (id: string, second: number): string =>
    `${JSON.stringify({
      accountId: id,
      erasureId: randomUUID(),
      begunAt: new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString(),
      contacts: null,
      events: null,
    })}\n`;

  it('that is paused has no schedule, and is synced when somebody asks', async () => {
    await stop();
    await start({ SYNC_INTERVAL: '1h' });
    expect((await state()).nextSyncAt).not.toBeNull();

    const paused = await api('PATCH', `/api/accounts/${accountId}`, { paused: true });
    expect(paused).toMatchObject({ status: 200, body: { paused: true } });
    expect(await state()).toMatchObject({ state: 'paused', nextSyncAt: null });
    expect((await api('POST', '/api/sync')).status).toBe(200);

    await api('PATCH', `/api/accounts/${accountId}`, { paused: false });
    expect(await state()).toMatchObject({ state: 'idle' });
    expect((await state()).nextSyncAt).not.toBeNull();
  });

  it('that is disconnected keeps its contacts, and neither syncs nor a grant at Google', async () => {
    expect(await api('DELETE', `/api/accounts/${accountId}`)).toMatchObject({ status: 204, body: null });

    expect(await revoked()).toBe(true);
    expect((await account()).body).toMatchObject({ state: 'disconnected', contacts: 20 });
    expect(await state()).toMatchObject({ state: 'disconnected', nextSyncAt: null });
    expect((await api('POST', '/api/sync', { accountId })).body).toMatchObject({ code: 'not-authenticated' });
    expect((await api('DELETE', `/api/accounts/${accountId}`)).status).toBe(204);
  });

  it('is disconnected in the middle of a run, which ends', async () => {
    await google.control('POST', '/control/faults', { where: 'connections', fault: { kind: 'hang' } });
    const going = api('POST', '/api/sync/full');
    await waitFor(async () => (await google.control('GET', '/control/faults')).body.items.length === 0, {
      what: 'a request to hang',
    });
    expect((await api('DELETE', `/api/accounts/${accountId}`)).status).toBe(204);
    expect((await going).body).toMatchObject({ code: 'sync-cancelled' });
  });

  it('is disconnected at once, and its grant is given back as soon as Google can be reached', async () => {
    await stop();
    await start({ GOOGLE_OAUTH_REVOKE_URL: 'http://127.0.0.1:1/revoke' });
    expect((await api('DELETE', `/api/accounts/${accountId}`)).status).toBe(202);
    expect((await account()).body.state).toBe('disconnected');
    expect(await revoked()).toBe(false);

    await stop();
    await start();
    await waitFor(revoked, { what: 'the revocation' });
  }, 30_000);

  it('that is erased leaves no trace, but that it was erased', async () => {
    const contactId = await contact();
    await api('PATCH', `/api/accounts/${accountId}`, { reference: 'tenant-42/user-7' });
    await api('POST', '/api/auth/google/links', { reference: 'tenant-42/user-7' });
    await api('POST', '/api/auth/google/links', { reference: 'tenant-42/user-8' });
    expect(await api('DELETE', `/api/accounts/${accountId}?erase=true`)).toMatchObject({
      status: 204,
      body: null,
    });

    expect(await revoked()).toBe(true);
    expect((await account()).body.code).toBe('account-not-found');
    expect((await api('GET', '/api/accounts')).body.items).toEqual([]);
    expect((await api('GET', `/api/contacts/${contactId}`)).body.code).toBe('contact-not-found');
    expect((await api('GET', `/api/contacts/${contactId}/history`)).body.code).toBe('contact-not-found');
    expect((await api('GET', '/api/contacts?includeDeleted=true')).body.items).toEqual([]);
    expect((await api('GET', '/api/events')).body.items).toEqual([]);
    expect((await api('GET', '/api/sync/runs')).body.items).toEqual([]);
    expect(await sql(current(), 'select reference from connect_links')).toEqual([
      { reference: 'tenant-42/user-8' },
    ]);
    expect((await api('POST', '/api/verify')).body).toMatchObject({ ok: true, contacts: 0, events: 40 });
    expect((await api('POST', '/api/verify', { erased: accountId })).body).toMatchObject({
      ok: true,
      accountId,
      state: null,
    });
    const [first, last] = (await ledgerLines()).map((line) => JSON.parse(line) as object);
    expect(first).toMatchObject({ accountId, contacts: null });
    expect(last).toMatchObject({ accountId, contacts: 20, events: 40 });
    expect((await api('DELETE', `/api/accounts/${accountId}?erase=true`)).status).toBe(404);
  });

  it('is erased once, however many processes could do it', async () => {
    const other = await startService({ ...serviceEnvironment(current(), google), ERASURE_LEDGER: ledger() });
    try {
      const both = [api, callsTo(other.url)].map((call) =>
        call('DELETE', `/api/accounts/${accountId}?erase=true`),
      );
      for (const { status } of await Promise.all(both)) expect([204, 404, 409]).toContain(status);
      await waitFor(async () => (await account()).status === 404, { what: 'the erasure' });
    } finally {
      await other.stop();
    }
    const deletions = await sql<{ runs: number; events: number }>(
      current(),
      `select count(distinct run_id)::int as runs, count(*)::int as events from events where type = 'ContactDeleted'`,
    );
    expect(deletions).toEqual([{ runs: 1, events: 20 }]);
    expect(await ledgerLines()).toHaveLength(2);
    expect((await api('POST', '/api/verify', { erased: accountId })).body.ok).toBe(true);
  });

  it('is left alone by a process that learned of its erasure before another had done it', async () => {
    await stop();
    await google.control('PUT', '/control/accounts/other', { persons: 3 });
    await start({ GOOGLE_REFRESH_TOKEN: 'other-refresh-token' });
    const { items } = (await api('GET', '/api/accounts')).body as { items: { id: string }[] };
    const accounts = items.map(({ id }) => id);
    await stop();
    await writeFile(ledger(), accounts.map((id, index) => begun(id, index)).join(''));

    const revocations = createServer();
    const asked = once(revocations, 'request') as Promise<[IncomingMessage, ServerResponse]>;
    await once(revocations.listen(0, '127.0.0.1'), 'listening');
    const { port } = revocations.address() as AddressInfo;
    await start({ GOOGLE_OAUTH_REVOKE_URL: `http://127.0.0.1:${port}/revoke` });
    const [, answer] = await asked;
    const other = await startService({ ...serviceEnvironment(current(), google), ERASURE_LEDGER: ledger() });
    const gone = (index: number) => async () =>
      (await callsTo(other.url)('GET', `/api/accounts/${accounts[index]}`)).status === 404;
    try {
      await waitFor(gone(1), { what: 'the erasure by the other process' });
      answer.end('{}');
      await waitFor(gone(0), { what: 'the erasure that waited for Google' });
      await stop();
    } finally {
      await other.stop();
      revocations.close();
    }
    // Of each the line that was there, and its beginning and its end.
    expect(await ledgerLines()).toHaveLength(6);
  }, 30_000);

  it('that was disconnected can be erased, and another account stays as it is', async () => {
    await google.control('PUT', '/control/accounts/other', { persons: 3 });
    await api('DELETE', `/api/accounts/${accountId}`);
    await stop();
    await start({ GOOGLE_REFRESH_TOKEN: 'other-refresh-token' });
    const { items } = (await api('GET', '/api/accounts')).body as { items: { id: string }[] };
    const other = items.find(({ id }) => id !== accountId)?.id;
    await api('POST', '/api/sync', { accountId: other });

    expect((await api('DELETE', `/api/accounts/${accountId}?erase=true`)).status).toBe(204);

    expect((await api('GET', '/api/accounts')).body.items).toMatchObject([{ id: other, contacts: 3 }]);
    expect((await api('GET', '/api/events')).body.items).toHaveLength(3);
    expect((await api('POST', '/api/verify')).body.ok).toBe(true);
  });

  it('that is erased is gone after a rebuild, too', async () => {
    await api('DELETE', `/api/accounts/${accountId}?erase=true`);
    await api('POST', '/api/projections/contacts/rebuild');
    await waitFor(
      async () => {
        const [projection] = (await api('GET', '/api/projections')).body.items;
        return projection.state === 'live' && projection.rebuild?.state !== 'queued';
      },
      { what: 'the rebuild' },
    );
    expect((await api('POST', '/api/verify', { erased: accountId })).body.ok).toBe(true);
  });

  it('that was erased is erased again where a database of before is put back', async () => {
    await stop();
    const backup = await createTestDatabase({ template: current().name });
    await start();
    expect((await api('DELETE', `/api/accounts/${accountId}?erase=true`)).status).toBe(204);
    await stop();

    databases.push(backup);
    await start();
    await waitFor(async () => (await account()).status === 404, { what: 'the second erasure' });
    expect((await api('POST', '/api/verify', { erased: accountId })).body.ok).toBe(true);
    const audit = await api('GET', `/api/audit?accountId=${accountId}&action=account.erase-again`);
    expect(audit.body.items).toMatchObject([{ actor: { kind: 'service' }, outcome: 'done' }]);
    const [event] = await sql<{ data: string | null }>(
      backup,
      'select data::text as data from events limit 1',
    );
    expect(event?.data).toBeNull();
  });

  it('is not verified as erased where it was not', async () => {
    expect((await api('POST', '/api/verify', { erased: accountId })).body.code).toBe('erasure-not-found');
  });
});
