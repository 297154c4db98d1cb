import { json, type NextFunction, type Request, type Response } from 'express';

import { BODY_NOT_JSON, BODY_TOO_LARGE, isJson, LONGEST_BODY, refuseBody } from './body-limit.middleware.js';
import { type KnownError, sendProblem } from './problem.filter.js';

/** A body whose length comes last may turn out to be empty, and then it has no type. */
class NotJson extends Error {
  readonly type = 'body.not.json';
}

const parse = json({
  limit: LONGEST_BODY,
  strict: true,
  type: () => true,
  verify: (request, _, body) => {
    if (body.length > 0 && !isJson(request)) throw new NotJson();
  },
});

/** Reads JSON bodies that limitBody let pass; what it cannot read is answered at once, before anything is done. */
export function jsonBody(request: Request, response: Response, next: NextFunction): void {
  const length = request.headers['content-length'];
  // RFC 9112, 6.3: without the two there is none.
  if (Number(length) === 0 || (length === undefined && request.headers['transfer-encoding'] === undefined)) {
    next();
    return;
  }
  if (length !== undefined && !isJson(request)) {
    sendProblem(BODY_NOT_JSON, request, response);
    return;
  }
  if (request.headers.expect?.toLowerCase() === '100-continue') response.writeContinue();
  parse(request, response, (error?: unknown) => {
    if (response.headersSent) return;
    if (error === undefined || error === null) next();
    else sendProblem(bodyProblem(error), request, response);
  });
  if (length === undefined) stopTooLong(request, response);
}

/** The parser answers only once it has read to the end what it refuses. */
function stopTooLong(request: Request, response: Response): void {
  let received = 0;
  const count = (chunk: Buffer): void => {
    received += chunk.length;
    if (received <= LONGEST_BODY) return;
    request.off('data', count);
    if (!response.headersSent)
      refuseBody(isJson(request) ? BODY_TOO_LARGE : BODY_NOT_JSON, request, response);
  };
  request.on('data', count);
}

/** Errors of express's body parser carry a type. */
function bodyProblem(error: unknown): KnownError {
  const type = typeof error === 'object' && error !== null && 'type' in error ? error.type : undefined;
  switch (type) {
    case 'body.not.json':
      return BODY_NOT_JSON;
    case 'entity.too.large':
      return BODY_TOO_LARGE;
    case 'entity.parse.failed':
      return {
        code: 'malformed-json',
        message: 'The body is not valid JSON: it must be an object, in UTF-8.',
      };
    case 'charset.unsupported':
    case 'encoding.unsupported':
      return { code: 'unsupported-media-type', message: 'Send JSON in UTF-8.' };
    default:
      return { code: 'invalid-request', message: 'The body did not arrive whole.' };
  }
}
