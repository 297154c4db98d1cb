import { type Pool, type PoolClient } from 'pg';

/**
 * Takes a connection that is lost while somebody holds it out of the pool.
 *
 * The pool leaves it with its holder, and a transaction of Kysely, which MikroORM uses, never gives a connection back
 * when its `begin` or its `rollback` fails, as they do on a lost one: each would cost the pool a place for ever. A
 * single statement gives it back as if nothing were: PostgreSQL ends a session with an error of the statement in hand,
 * and closes the connection a moment later, so that whoever asked next was given it.
 */
export function dropLostConnections(pool: Pool): void {
  const held = new Set<PoolClient>();
  pool.on('acquire', (client) => held.add(client));
  pool.on('release', (_, client) => held.delete(client));
  pool.on('connect', (client) => {
    const drop = (): void => {
      if (!held.has(client)) return;
      client.release(true);
      // Its holder may give it back all the same.
      client.release = () => undefined;
    };
    client.once('end', drop);
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    client.query = ((...args: unknown[]) => {
      const answer = query(...args);
      // Before whoever asked hears of it, because this was first to ask for the answer.
      if (answer instanceof Promise) {
        answer.catch((error: unknown) => {
          if (endsTheSession(error)) drop();
        });
      }
      return answer;
    }) as PoolClient['query'];
  });
}

/** Operator intervention: shutdowns, a dropped database, a session that was idle too long. */
function endsTheSession(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && code.startsWith('57P');
}
