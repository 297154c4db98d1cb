import { type Pool, type PoolClient } from 'pg';

/**
 * Takes a connection that is lost while somebody holds it out of the pool.
 *
 * The pool leaves it with its holder, and a transaction of Kysely, which MikroORM uses, never gives a connection back
 * when its `begin` or its `rollback` fails, as they do on a lost one: each would cost the pool a place for ever.
 */
export function dropLostConnections(pool: Pool): void {
  const held = new Set<PoolClient>();
  pool.on('acquire', (client) => held.add(client));
  pool.on('release', (_, client) => held.delete(client));
  pool.on('connect', (client) => {
    client.once('end', () => {
      if (!held.has(client)) return;
      client.release(true);
      // Its holder may give it back all the same.
      client.release = () => undefined;
    });
  });
}
