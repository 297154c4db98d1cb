import { workForRequest } from '#platform';
import { type NextFunction, type Request, type Response } from 'express';

/** How long a statement may take that a request waits for: with a connection to wait for, less than ten seconds. */
const STATEMENT_MS = 7_000;

/** What reads alone, though it is a POST. */
const READS = /^\/api\/(?:contacts\/search|export)\/?$/i;

/**
 * Bounds what a request asks of PostgreSQL, and ends it when its caller hangs up: only what reads, because what changes
 * something is done all the same.
 */
export function workOfRequest(request: Request, response: Response, next: NextFunction): void {
  const { method, path } = request;
  if (method !== 'GET' && method !== 'HEAD' && !(method === 'POST' && READS.test(path))) {
    workForRequest(STATEMENT_MS, { gone: null }, next);
    return;
  }
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  workForRequest(STATEMENT_MS, { gone: gone.signal }, next);
}
