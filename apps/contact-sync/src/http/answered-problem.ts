import { CodedError } from '#platform';
import { type Response } from 'express';

import { isProblemCode, type ProblemCode, problemKind } from './problems.js';

const codes = new WeakMap<Response, ProblemCode>();

/** Notes what an answer tells of, whether as problem details or on a page. */
export function noteProblem(response: Response, code: ProblemCode): void {
  codes.set(response, code);
}

/** undefined: of no problem. */
export function problemIn(response: Response): ProblemCode | undefined {
  return codes.get(response);
}

/**
 * Gives an answer the status of a refusal, which a page is to tell to the person whom the browser brought.
 *
 * @throws the failure itself where it is a defect, or of no code in the table
 */
export function refusalForPage(failure: unknown, response: Response): CodedError {
  if (!(failure instanceof CodedError && isProblemCode(failure.code))) throw failure;
  noteProblem(response, failure.code);
  response.status(problemKind(failure.code).status);
  return failure;
}
