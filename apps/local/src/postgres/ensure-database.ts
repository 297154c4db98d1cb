import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

/** Not listening yet, and listening but still recovering (cannot_connect_now). */
const NOT_YET = ['ECONNREFUSED', '57P03'];

/** Creates the database unless it is there. */
export async function ensureDatabase(adminUrl: string, name: string): Promise<void> {
  // A server found half-way through its start or its recovery answers soon.
  const deadline = Date.now() + 30_000;
  for (;;) {
    const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 10_000 });
    try {
      await client.connect();
      const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
      if (rowCount === 0) await client.query(`create database ${name} template template0`);
      return;
    } catch (error) {
      if (!NOT_YET.includes((error as { code?: string }).code ?? '') || Date.now() > deadline) throw error;
      await delay(100);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
