import { json, type NextFunction, type Request, type Response } from 'express';

import { type KnownError, sendProblem } from './problem.filter.js';

const parse = json({ limit: 100_000, strict: true });

/** Reads JSON bodies of up to 100 kB; what it cannot read is answered at once. */
export function jsonBody(request: Request, response: Response, next: NextFunction): void {
  parse(request, response, (error?: unknown) => {
    if (error === undefined || error === null) next();
    else sendProblem(bodyProblem(error), request, response);
  });
}

/** Errors of express's body parser carry a type. */
function bodyProblem(error: unknown): KnownError {
  const type = typeof error === 'object' && error !== null && 'type' in error ? error.type : undefined;
  switch (type) {
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
