import { randomUUID } from 'node:crypto';

import { type NextFunction, type Request, type Response } from 'express';

const REQUEST_ID_HEADER = 'X-Request-Id';

/** What others use as ids of requests, and what needs no care in a log line or a header. */
const ACCEPTED = /^[\w.:/+=@-]{1,100}$/;

const ids = new WeakMap<Request, string>();

/** Gives each request an id, the caller's own if it is one, and echoes it in the answer. */
export function identifyRequest(request: Request, response: Response, next: NextFunction): void {
  const given = request.get(REQUEST_ID_HEADER);
  const id = given !== undefined && ACCEPTED.test(given) ? given : randomUUID();
  ids.set(request, id);
  response.set(REQUEST_ID_HEADER, id);
  next();
}

export function requestIdOf(request: Request): string {
  const id = ids.get(request);
  if (id === undefined) throw new Error('The request was given no id');
  return id;
}
