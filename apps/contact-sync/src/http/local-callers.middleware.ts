import { type NextFunction, type Request, type Response } from 'express';

import { refusedAsCrossSite } from './cross-site.js';
import { sendProblem } from './problem.filter.js';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Without API tokens the loopback address is what keeps contacts private, and a web page open in a browser of the
 * same machine must not get around it: by a name of its own that resolves to this address (DNS rebinding), or by
 * sending a form here.
 *
 * @param publicUrl a name that is allowed besides
 */
export function localCallers(publicUrl: string) {
  const allowed = new Set([...LOOPBACK, new URL(publicUrl).hostname]);
  return (request: Request, response: Response, next: NextFunction): void => {
    const host = ((request.host as string | undefined) ?? 'localhost').replace(/:\d+$/, '').toLowerCase();
    if (!allowed.has(host)) {
      const message = `This service is not known as ${host}. Set PUBLIC_URL to that name, or API_TOKENS.`;
      sendProblem({ code: 'host-not-allowed', message }, request, response);
      return;
    }
    if (!refusedAsCrossSite(request, response)) next();
  };
}
