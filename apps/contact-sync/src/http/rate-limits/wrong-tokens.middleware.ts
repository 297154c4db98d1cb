import { createHash } from 'node:crypto';

import { type NextFunction, type Request, type Response } from 'express';

import { principalIn } from '../principal.js';
import { sendProblem } from '../problem.filter.js';
import { CallWindows } from './call-windows.js';
import { callerAddress } from './caller-address.js';

/** Wrong tokens of an address. */
const MOST = 20;
const WINDOW_MS = 60_000;

/** Tokens that an address has used before, remembered as hashes. */
const MOST_KNOWN = 10_000;

/**
 * Who has tried too many wrong tokens may not try more for a while, and would not learn that one is right. A token that was
 * right from this address before still is: behind one address there may be a program with an old token, and others.
 *
 * Stands before whatever looks at tokens, and knows wrong ones by the answer: 401 with WWW-Authenticate.
 */
export function limitWrongTokens() {
  const wrong = new CallWindows();
  const known = new Set<string>();
  return (request: Request, response: Response, next: NextFunction): void => {
    if (!triesToken(request)) {
      next();
      return;
    }
    const address = callerAddress(request);
    const token = createHash('sha256')
      .update(`${address} ${request.headers.authorization ?? ''}`)
      .digest('base64');
    const blocked = known.has(token) ? null : wrong.blocked(address, MOST);
    if (blocked !== null) {
      const { secondsLeft: retryAfterSeconds } = blocked;
      const message = `More than ${MOST} wrong tokens from this address. Wait ${retryAfterSeconds} s, and send a right one.`;
      sendProblem({ code: 'rate-limited', message, facts: { retryAfterSeconds } }, request, response);
      return;
    }
    response.once('finish', () => {
      if (response.statusCode === 401 && response.hasHeader('WWW-Authenticate')) {
        known.delete(token);
        wrong.count(address, WINDOW_MS, MOST);
      } else if (principalIn(request)?.kind === 'token') remember(known, token);
    });
    next();
  };
}

/** In the header, or in the body that asks for a session. */
function triesToken({ headers, method, path }: Request): boolean {
  return headers.authorization !== undefined || (method === 'POST' && /^\/api\/session\/?$/i.test(path));
}

function remember(known: Set<string>, token: string): void {
  known.delete(token);
  known.add(token);
  const oldest = known.values().next();
  if (known.size > MOST_KNOWN && oldest.done !== true) known.delete(oldest.value);
}
