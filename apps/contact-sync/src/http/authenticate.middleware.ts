import { timingSafeEqual } from 'node:crypto';

import { type Credentials, type Session, type Sessions } from '#access';
import { hashOf } from '#platform';
import { type NextFunction, type Request, type Response } from 'express';

import { refusedAsCrossSite } from './cross-site.js';
import { ANYONE, setCredential, setPrincipal, setSession } from './principal.js';
import { type KnownError, sendProblem } from './problem.filter.js';
import { sessionSecretIn } from './session-cookie.js';

/** What changes nothing (RFC 9110, 9.2.1). */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

const CSRF_HEADER = 'X-CSRF-Token';

/**
 * Finds out who asks: by a token, else by the session of a browser. A token counts before a cookie, which browsers send
 * by themselves; so a call by cookie that changes something has to bring what no page elsewhere knows.
 *
 * @param openness `isAnyoneAllowed`: nothing is configured by which people could say who they are
 */
export function authenticate(
  credentials: Credentials,
  sessions: Sessions,
  { isAnyoneAllowed, isOpen }: Openness,
) {
  return async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    if (isOpen(request)) {
      if (!refusedAsCrossSite(request, response)) next();
      return;
    }
    const outcome = (await byToken(request, credentials)) ?? (await bySession(request, sessions));
    if (outcome === NOBODY && isAnyoneAllowed) setPrincipal(request, ANYONE);
    else if (outcome !== 'known') {
      sendProblem(outcome, request, response);
      return;
    }
    next();
  };
}

interface Openness {
  readonly isAnyoneAllowed: boolean;
  /** Needs no credential. */
  readonly isOpen: (request: Request) => boolean;
}

type Outcome = 'known' | KnownError;

/** @returns null where no token was sent */
async function byToken(request: Request, credentials: Credentials): Promise<Outcome | null> {
  const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined) return null;
  const holder = await credentials.holderOf(token);
  if (holder === null) return WRONG_TOKEN;
  setPrincipal(request, holder.principal);
  const look = async () => (await credentials.holderOf(token))?.principal ?? null;
  setCredential(request, { key: hashOf(token), look });
  return 'known';
}

async function bySession(request: Request, sessions: Sessions): Promise<Outcome> {
  const secret = sessionSecretIn(request);
  const session = secret === undefined ? null : await sessions.find(secret);
  if (secret === undefined || session === null) return NOBODY;
  if (!SAFE.has(request.method) && !hasCsrfToken(request, session)) return CSRF_TOKEN_MISSING;
  setSession(request, session);
  const look = async () => (await sessions.find(secret, false))?.principal ?? null;
  setCredential(request, { key: hashOf(secret), look });
  return 'known';
}

function hasCsrfToken(request: Request, { csrfToken }: Session): boolean {
  const given = Buffer.from(request.get(CSRF_HEADER) ?? '');
  const expected = Buffer.from(csrfToken);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

const NOBODY: KnownError = {
  code: 'invalid-api-token',
  message:
    'Send an API token as "Authorization: Bearer …", or sign in anew: a session that was here is over.',
};

const WRONG_TOKEN: KnownError = {
  code: 'invalid-api-token',
  message: 'The API token is not known here, is over or was revoked. Send another one.',
};

const CSRF_TOKEN_MISSING: KnownError = {
  code: 'csrf-token-missing',
  message: `Send the csrfToken of GET /api/session as ${CSRF_HEADER} with each call by cookie that changes something.`,
};
