import { type NextFunction, type Request, type Response } from 'express';

import { sendProblem } from './problem.filter.js';

/** For a process without the role `api`: it tells how it is, and nothing else. */
export function healthOnly(request: Request, response: Response, next: NextFunction): void {
  if (/^\/(health\/|metrics$)/i.test(request.path)) {
    next();
    return;
  }
  const message = 'This process does not have the role api (ROLES); ask one that has it.';
  sendProblem({ code: 'role-missing', message }, request, response);
}
