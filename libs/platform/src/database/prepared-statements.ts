import { type Pool, type PoolClient } from 'pg';

/**
 * Begins a statement whose best plan depends on its parameters, such as a search, or that looks up a long list: a plan
 * of the time when the table was small compares each of its rows with each item. It is planned anew each time.
 */
export const PLAN_ANEW = '/* plan anew */';

/**
 * Lets each connection of the pool prepare the statements that have parameters, when it first meets them: of a short
 * one, parsing and planning cost PostgreSQL more than carrying it out (docs/adr/0017-bulk-statements.md).
 *
 * The texts are those of the source code, so there are no more of them than it has places that compose one.
 */
export function prepareStatements(pool: Pool): void {
  const names = new Map<string, string>();
  const nameOf = (text: string): string => {
    const name = names.get(text) ?? `contactstream_${names.size + 1}`;
    names.set(text, name);
    return name;
  };
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    client.query = ((text: unknown, values: unknown, ...rest: unknown[]) =>
      typeof text === 'string' && Array.isArray(values) && values.length > 0 && !text.startsWith(PLAN_ANEW)
        ? query({ name: nameOf(text), text, values }, ...rest)
        : query(text, values, ...rest)) as PoolClient['query'];
  });
}
