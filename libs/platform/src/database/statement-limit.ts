import { AsyncLocalStorage } from 'node:async_hooks';

/** How long a statement may take that nobody is waiting for: none of the service's own comes near it. */
const WORK_STATEMENT_MS = 120_000;

const limits = new AsyncLocalStorage<number | null>();

/**
 * Does work whose statements, each by itself, may take so long: what a person waits for less, what goes through whole
 * tables more. One that takes longer is given up with its connection, because a server that stands still answers
 * nothing, not even that it was told to stop.
 *
 * @param limitMs null: for ever, as long as the connection stands
 */
export function limitStatements<T>(limitMs: number | null, work: () => T): T {
  return limits.run(limitMs, work);
}

/** Milliseconds that a statement of the work in hand may take; null for no limit. */
export function statementLimit(): number | null {
  const limit = limits.getStore();
  return limit === undefined ? WORK_STATEMENT_MS : limit;
}
