import { mkdtemp, rm } from 'node:fs/promises';
import { chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../apps/local/src/embedded-postgres.js';
import { type Call, callsTo } from '../support/call.js';
import { rebuild } from '../support/rebuild.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { startGoogle, startService, type TestGoogle } from '../support/service.js';
import { sql } from '../support/sql.js';

describe('The embedded PostgreSQL', () => {
  let folder: string;
  let google: TestGoogle;
  let server: EmbeddedPostgres;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'contactstream-embedded-'));
    // Run by root, PostgreSQL is another user and has to pass through.
    chmodSync(folder, 0o711);
    google = await startGoogle({ persons: 5 });
    server = await start();
  });
  afterAll(async () => {
    await server.stop();
    await google.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const start = () => startEmbeddedPostgres({ folder: join(folder, 'postgres'), durable: false });
  const during = async <T>(url: string, work: (api: Call) => Promise<T>): Promise<T> => {
    const service = await startService({
      ...serviceEnvironment({ url }, google),
      ERASURE_LEDGER: join(folder, 'erasures.jsonl'),
    });
    try {
      return await work(callsTo(service.url));
    } finally {
      await service.stop();
    }
  };
  /** What in a database belongs to whom, but for what is PostgreSQL's own or an extension's. */
  const owners = (url: string) =>
    sql<{ owner: string }>(
      { url },
      `select distinct owner::regrole::text as owner from (
         select relowner from pg_class where relnamespace = 'public'::regnamespace
         union all select proowner from pg_proc where pronamespace = 'public'::regnamespace
           and oid not in (select objid from pg_depend where deptype = 'e')
         union all select datdba from pg_database where datname = current_database()
       ) things (owner)`,
    );

  it('lets the service in as a role that owns its database and is no superuser', async () => {
    const [role] = await sql(
      server,
      `select rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls from pg_roles
       where rolname = current_user`,
    );
    expect(role).toEqual({
      rolsuper: false,
      rolcreaterole: false,
      rolcreatedb: false,
      rolreplication: false,
      rolbypassrls: false,
    });
    expect(await owners(server.url)).toEqual([{ owner: 'contactstream_service' }]);
    await expect(sql(server, `select pg_read_file('/etc/passwd')`)).rejects.toThrow('permission denied');
  });

  it('hands over what an earlier version has made as the superuser, and nothing of it is lost', async () => {
    // There was no such role, and the service was the superuser.
    await sql({ url: server.adminUrl }, 'alter database contactstream owner to contactstream');
    await sql({ url: server.adminUrl }, 'drop role contactstream_service');
    await during(server.adminUrl, (api) => api('POST', '/api/sync'));
    expect(await owners(server.adminUrl)).toEqual([{ owner: 'contactstream' }]);

    server = await start();

    expect(server.adopted).toBe(true);
    expect(await owners(server.url)).toEqual([{ owner: 'contactstream_service' }]);
    await during(server.url, async (api) => {
      expect((await api('GET', '/api/contacts')).body.items).toHaveLength(5);
      await google.control('POST', '/control/persons/change', { creates: 2, edits: 1, deletes: 1 });
      expect((await api('POST', '/api/sync')).body.statistics).toMatchObject({ created: 2, deleted: 1 });
      expect(await rebuild(api)).toMatchObject({ state: 'succeeded' });
    });
  });
});
