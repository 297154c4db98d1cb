import { type Response } from 'express';

import { type ProblemCode } from './problems.js';

const codes = new WeakMap<Response, ProblemCode>();

/** Notes what an answer tells of, whether as problem details or on a page. */
export function noteProblem(response: Response, code: ProblemCode): void {
  codes.set(response, code);
}

/** undefined: of no problem. */
export function problemIn(response: Response): ProblemCode | undefined {
  return codes.get(response);
}
