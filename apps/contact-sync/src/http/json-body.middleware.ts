import { type IncomingMessage } from 'node:http';

import { json, type NextFunction, type Request, type Response } from 'express';

import { type KnownError, sendProblem } from './problem.filter.js';

/** A body whose length comes last may turn out to be empty, and then it has no type. */
class NotJson extends Error {
  readonly type = 'body.not.json';
}

const parse = json({
  limit: 100_000,
  strict: true,
  type: () => true,
  verify: (request, _, body) => {
    if (body.length > 0 && !isJson(request)) throw new NotJson();
  },
});

/** Reads JSON bodies of up to 100 kB; what it cannot read is answered at once, before anything is done. */
export function jsonBody(request: Request, response: Response, next: NextFunction): void {
  const length = request.headers['content-length'];
  if (Number(length) === 0) {
    next();
    return;
  }
  if (length !== undefined && !isJson(request)) {
    sendProblem(bodyProblem(new NotJson()), request, response);
    return;
  }
  parse(request, response, (error?: unknown) => {
    if (error === undefined || error === null) next();
    else sendProblem(bodyProblem(error), request, response);
  });
}

function isJson({ headers }: IncomingMessage): boolean {
  return /^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '');
}

/** Errors of express's body parser carry a type. */
function bodyProblem(error: unknown): KnownError {
  const type = typeof error === 'object' && error !== null && 'type' in error ? error.type : undefined;
  switch (type) {
    case 'body.not.json':
      return {
        code: 'unsupported-media-type',
        message: 'The body is not JSON by its type. Send it with "Content-Type: application/json".',
      };
    case 'entity.too.large':
      return { code: 'body-too-large', message: 'The body is larger than the 100 kB that are allowed.' };
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
