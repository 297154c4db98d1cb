import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { CompiledQuery } from 'kysely';

import { type Attributes } from '../traces/traces.js';

/**
 * Runs one statement with bound parameters (`$1`, …) on the entity manager's own connection, inside its transaction
 * if it has one (docs/adr/0017-bulk-statements.md): what MikroORM's own query builder does with literals spliced into
 * the text costs several times the CPU on batches.
 *
 * @param em the forked manager, or the one that `transactional` hands in
 * @returns rows as the driver gives them: bigint and timestamptz as text
 * @throws DriverException of MikroORM, so that callers can tell a broken unique constraint from a lost connection
 */
export async function boundSql<Row = Record<string, unknown>>(
  em: SqlEntityManager,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<Row[]> {
  try {
    const result = await em.getKysely().executeQuery<Row>(CompiledQuery.raw(sql, [...parameters]));
    return result.rows;
  } catch (error) {
    throw error instanceof Error ? em.getPlatform().getExceptionConverter().convertException(error) : error;
  }
}

/** An INSERT, UPDATE or DELETE with its parameters; its text has no `$` but those of `$1`, `$2`, …. */
export interface Change {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** Under which the others find what it returns. */
  readonly name?: string;
  /** Says what it means that the database refused it; errors of other changes come back as they are. */
  readonly explain?: (error: unknown) => unknown;
  /** What a trace says of it. */
  readonly attributes?: Attributes;
}

/** What the sessions that listen on a channel are told at the commit, by `pg_notify`. */
export interface Notice {
  readonly channel: string;
  readonly payload: string;
}

/** Tells notices, as a column of a SELECT. @param channels a parameter, as `payloads` is: arrays, of the same length */
export function notifying(channels: string, payloads: string): string {
  return `(select count(pg_notify(channel, payload))
    from unnest(${channels}::text[], ${payloads}::text[]) as notice (channel, payload))`;
}

/**
 * Makes changes in one round trip, as one statement: each sees the rows as they were before all of them, so none may
 * touch a row that another one touches. PostgreSQL carries out `last` before all of them, and of those that no other
 * one asks for the last before the first.
 *
 * @param last a SELECT that is carried out with them, such as one of `pg_notify`
 * @returns what `last` selects
 * @throws as {@link boundSql} does
 */
export async function boundChanges<Row = Record<string, unknown>>(
  em: SqlEntityManager,
  changes: readonly Change[],
  last: Change | null = null,
): Promise<Row[]> {
  if (changes.length === 0 && last === null) return [];
  const parameters: unknown[] = [];
  const numbered = (change: Change): string => {
    const before = parameters.length;
    parameters.push(...change.parameters);
    return change.sql.replaceAll(/\$(\d+)/g, (_, place: string) => `$${before + Number(place)}`);
  };
  const parts = changes.map(
    (change, index) => `${change.name ?? `change_${index}`} as (${numbered(change)})`,
  );
  const select = last === null ? 'select 1' : numbered(last);
  const sql = parts.length === 0 ? select : `with ${parts.join(', ')} ${select}`;
  try {
    return await boundSql<Row>(em, sql, parameters);
  } catch (error) {
    throw changes.reduce((reason: unknown, { explain }) => explain?.(reason) ?? reason, error);
  }
}
