import { createHash, timingSafeEqual } from 'node:crypto';

import { type ApiToken } from '#platform';
import { type NextFunction, type Request, type Response } from 'express';

import { refusedAsCrossSite } from './cross-site.js';
import { sendProblem } from './problem.filter.js';
import { ANYONE, type Principal, setPrincipal } from './principal.js';

/**
 * What needs no token: health, and the place where Google sends the browser back, which its one-time state and
 * its cookie authenticate; {@link CONNECT_LINK}; and what METRICS and API_DOCS open. All else is closed, however its path is spelled: routing is not case-sensitive.
 */
const OPEN_PATHS = new Set(['/health/live', '/health/ready', '/api/auth/google/callback']);

/** The page of a link, whose secret part is what authenticates. */
const CONNECT_LINK = /^\/api\/auth\/google\/links\/[\w-]{43}$/;

/** Asks every other call for one of the tokens, if any are configured. @param isOpen by the configuration */
export function apiTokens(tokens: readonly ApiToken[], isOpen: (path: string) => boolean = () => false) {
  const known = tokens.map((token) => ({ hash: sha256(token.token), principal: principalOf(token) }));
  return (request: Request, response: Response, next: NextFunction): void => {
    if (known.length === 0) {
      setPrincipal(request, ANYONE);
      next();
      return;
    }
    if (OPEN_PATHS.has(request.path) || CONNECT_LINK.test(request.path) || isOpen(request.path)) {
      if (!refusedAsCrossSite(request, response)) next();
      return;
    }
    const given = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const hash = given === undefined ? null : sha256(given);
    const match = known.find((token) => hash !== null && timingSafeEqual(token.hash, hash));
    if (match === undefined) {
      const message = 'Send one of the configured API tokens as "Authorization: Bearer …".';
      sendProblem({ code: 'invalid-api-token', message }, request, response);
      return;
    }
    setPrincipal(request, match.principal);
    next();
  };
}

function principalOf({ name, scopes, accountId }: ApiToken): Principal {
  return { kind: 'token', name, scopes, accountId };
}

/** Digests have one length, as timingSafeEqual needs. */
function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
