import { type TestDatabase } from './database.js';
import { sql } from './sql.js';

/** A database with a role that migrates, who owns it, and one of the service, who owns nothing yet. */
export interface TwoRoles {
  readonly service: { readonly name: string; readonly url: string };
  readonly migrating: { readonly name: string; readonly url: string };
  /** After the database. */
  drop(): Promise<void>;
}

/** As docs/operations.md#the-database-role says. @param grant left out: the last statement there is forgotten */
export async function makeTwoRoles(database: TestDatabase, { grant = true } = {}): Promise<TwoRoles> {
  const admin = { url: database.adminUrl };
  const { password } = new URL(database.url);
  const [service, migrating] = ['service', 'owner'].map((kind) => {
    const url = new URL(database.url);
    url.username = `${database.name}_${kind}`;
    return { name: url.username, url: url.toString() };
  });
  if (service === undefined || migrating === undefined) throw new Error('Two roles are made');
  for (const { name } of [service, migrating]) {
    await sql(admin, `create role ${name} login password '${decodeURIComponent(password)}'`);
  }
  await sql(admin, `alter database ${database.name} owner to ${migrating.name}`);
  if (grant) await sql(admin, `grant ${service.name} to ${migrating.name}`);
  return {
    service,
    migrating,
    drop: async () => {
      const server = new URL(database.adminUrl);
      server.pathname = '/postgres';
      for (const { name } of [service, migrating]) await sql({ url: server.toString() }, `drop role ${name}`);
    },
  };
}
