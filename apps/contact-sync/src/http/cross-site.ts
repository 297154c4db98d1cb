import { type Request, type Response } from 'express';

import { sendProblem } from './problem.filter.js';

/** A page of another site may not have a browser do anything here that no token authenticates. @returns whether it was refused */
export function refusedAsCrossSite(request: Request, response: Response): boolean {
  if (request.method === 'GET' || request.headers['sec-fetch-site'] !== 'cross-site') return false;
  const message = 'A page of another site may not call this service; set API_TOKENS and send one.';
  sendProblem({ code: 'cross-site-request', message }, request, response);
  return true;
}
