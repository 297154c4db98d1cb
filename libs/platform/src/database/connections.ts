import { type Pool, type PoolClient } from 'pg';

import { cancelStatement } from './cancel-statement.js';
import { OUT_OF_TIME } from './passing-error.js';
import { requestWork, statementLimit } from './statement-limit.js';

/**
 * Begins a statement whose best plan depends on its parameters, such as a search, or that looks up a long list: a plan
 * of the time when the table was small compares each of its rows with each item. It is planned anew each time.
 */
export const PLAN_ANEW = '/* plan anew */';

export interface ConnectionSettings {
  /** false behind a transaction pooler, which may hand a statement to a session that did not prepare it */
  readonly prepares: boolean;
}

type Query = (...args: unknown[]) => unknown;

/** How long a transaction may stand open without a statement before PostgreSQL ends it and frees its locks. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;

/** What begins a transaction of Kysely, which MikroORM uses. */
const BEGINS = /^(begin|start transaction\b.*)$/;

/**
 * Looks after the connections of a pool, at each of their statements:
 *
 * - One that is lost while somebody holds it leaves the pool ({@link lostOnes}).
 * - One whose statement takes longer than {@link statementLimit} is given up, and leaves the pool too.
 * - One whose statement nobody waits for any more is ended, and leaves the pool too ({@link endedWith}).
 * - One that may prepare statements does so ({@link preparing}).
 * - One that begins a transaction limits how long it may stand idle. In the same message, and not at connecting: a
 *   pooler knows only few settings there, and hands each transaction to another connection.
 */
export function tendConnections(pool: Pool, { prepares }: ConnectionSettings): void {
  const dropOf = lostOnes(pool);
  const prepare = prepares ? preparing() : null;
  pool.on('connect', (client) => {
    const drop = dropOf(client);
    client.once('end', drop);
    const query = client.query.bind(client) as Query;
    client.query = ((...args: unknown[]) => {
      const answer = query(...inTime(prepare?.(args) ?? limitingIdleness(args)));
      if (!(answer instanceof Promise)) return answer;
      // Before whoever asked hears of it, because this was first to ask for the answer.
      answer.catch((error: unknown) => {
        if (isOutOfTime(error)) {
          drop();
          // A server that is only slow would go on with a statement that nobody waits for any more.
          void cancelStatement(pool, client);
        } else if (endsTheSession(error)) drop();
      });
      const gone = requestWork()?.gone ?? null;
      if (gone === null) return answer;
      return endedWith(gone, answer, () => cancelStatement(pool, client).finally(drop));
    }) as PoolClient['query'];
  });
}

function limitingIdleness([text, ...rest]: readonly unknown[]): unknown[] {
  if (typeof text !== 'string' || !BEGINS.test(text)) return [text, ...rest];
  return [`${text}; set local idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_TIMEOUT_MS}`];
}

/** The arguments of `query` with the time that the statement may take. */
function inTime([statement, values, ...rest]: readonly unknown[]): unknown[] {
  const limit = statementLimit();
  if (limit === null) return [statement, values, ...rest];
  return typeof statement === 'string'
    ? [{ text: statement, values, query_timeout: limit }, ...rest]
    : [{ ...(statement as object), query_timeout: limit }, values, ...rest];
}

function isOutOfTime(error: unknown): boolean {
  return error instanceof Error && error.message === OUT_OF_TIME;
}

/**
 * Cancels a statement whose caller is gone. Its connection is not given back before PostgreSQL has heard of it, and not used
 * again: it could be the next statement there that is cancelled.
 */
async function endedWith<T>(gone: AbortSignal, answer: Promise<T>, cancel: () => Promise<void>): Promise<T> {
  const cancelled: Promise<void>[] = [];
  const onGone = (): void => {
    cancelled.push(cancel());
  };
  gone.addEventListener('abort', onGone);
  try {
    return await answer;
  } finally {
    gone.removeEventListener('abort', onGone);
    await Promise.all(cancelled);
  }
}

/**
 * How to take a connection out of the pool that is lost while somebody holds it.
 *
 * The pool leaves it with its holder, and a transaction of Kysely, which MikroORM uses, never gives a connection back
 * when its `begin` or its `rollback` fails, as they do on a lost one: each would cost the pool a place for ever. A
 * single statement gives it back as if nothing were: PostgreSQL ends a session with an error of the statement in hand,
 * and closes the connection a moment later, so whoever asked next was given it.
 */
function lostOnes(pool: Pool): (client: PoolClient) => () => void {
  const held = new Set<PoolClient>();
  pool.on('acquire', (client) => held.add(client));
  pool.on('release', (_, client) => held.delete(client));
  return (client) => () => {
    if (!held.has(client)) return;
    client.release(true);
    // Its holder may give it back all the same.
    client.release = () => undefined;
  };
}

/** Operator intervention: shutdowns, a dropped database, a session that was idle too long; and what poolers say. */
function endsTheSession(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^(57P|08)/.test(code);
}

/**
 * Gives a statement that has parameters a name, under which each connection prepares it when it first meets it: of a
 * short one, parsing and planning cost PostgreSQL more than carrying it out (docs/adr/0017-bulk-statements.md).
 *
 * The texts are those of the source code, so there are no more of them than it has places that compose one.
 *
 * @returns the arguments of `query` with the name; null where there is nothing to prepare
 */
function preparing(): (args: readonly unknown[]) => unknown[] | null {
  const names = new Map<string, string>();
  return ([text, values, ...rest]) => {
    if (typeof text !== 'string' || !Array.isArray(values) || values.length === 0) return null;
    if (text.startsWith(PLAN_ANEW)) return null;
    const name = names.get(text) ?? `contactstream_${names.size + 1}`;
    names.set(text, name);
    return [{ name, text, values }, ...rest];
  };
}
