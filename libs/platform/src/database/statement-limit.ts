import { AsyncLocalStorage } from 'node:async_hooks';

/** How long a statement may take that nobody is waiting for: none of the service's own comes near it. */
const WORK_STATEMENT_MS = 120_000;

/** Work for somebody who waits for an answer, and may hang up. */
export interface RequestWork {
  /** Aborts when nobody waits for what is read any more; null where the work is done all the same. */
  readonly gone: AbortSignal | null;
}

interface Caller {
  readonly limitMs: number | null;
  readonly request: RequestWork | null;
}

const callers = new AsyncLocalStorage<Caller>();

/**
 * Does work whose statements, each by itself, may take so long: what a person waits for less, what goes through whole
 * tables more. One that takes longer is given up with its connection, because a server that stands still answers
 * nothing, not even that it was told to stop.
 *
 * @param limitMs null: for ever, as long as the connection stands; then it is no longer a request's work
 */
export function limitStatements<T>(limitMs: number | null, work: () => T): T {
  const request = limitMs === null ? null : requestWork();
  return callers.run({ limitMs, request }, work);
}

/** As {@link limitStatements}, for a request: a statement that it waits for is ended once its caller is gone. */
export function workForRequest<T>(limitMs: number, request: RequestWork, work: () => T): T {
  return callers.run({ limitMs, request }, work);
}

/** Milliseconds that a statement of the work in hand may take; null for no limit. */
export function statementLimit(): number | null {
  const caller = callers.getStore();
  return caller === undefined ? WORK_STATEMENT_MS : caller.limitMs;
}

/** The request that the work in hand is for; null for the service's own. */
export function requestWork(): RequestWork | null {
  return callers.getStore()?.request ?? null;
}
