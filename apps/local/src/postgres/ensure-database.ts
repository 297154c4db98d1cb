import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { ensureServiceRole, handOverContents, SERVICE_ROLE } from './service-role.js';

/** Not listening yet, and listening but still recovering (cannot_connect_now). */
const NOT_YET = ['ECONNREFUSED', '57P03'];

/**
 * Creates the database and the role that the service connects as, unless they are there; the role owns all of it.
 * @param adminUrl of a database on that server, as its superuser
 * @param password for the role, of letters and digits
 */
export async function ensureDatabase(
  adminUrl: (database: string) => string,
  name: string,
  password: string,
): Promise<void> {
  await asAdmin(adminUrl('postgres'), async (admin) => {
    await ensureServiceRole(admin, password);
    const { rowCount } = await admin.query('select from pg_database where datname = $1', [name]);
    if (rowCount === 0) await admin.query(`create database ${name} template template0`);
    await admin.query(`alter database ${name} owner to ${SERVICE_ROLE}`);
  });
  await asAdmin(adminUrl(name), handOverContents);
}

async function asAdmin(url: string, work: (admin: pg.Client) => Promise<void>): Promise<void> {
  // A server found half-way through its start or its recovery answers soon.
  const deadline = Date.now() + 30_000;
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
    try {
      await client.connect();
      await work(client);
      return;
    } catch (error) {
      if (!NOT_YET.includes((error as { code?: string }).code ?? '') || Date.now() > deadline) throw error;
      await delay(100);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
