import { type Request } from 'express';

import { isPagePath } from './dashboard/page-paths.js';

/**
 * What needs no credential, beside what METRICS and API_DOCS open: health and the page's files; where Google and the
 * OpenID provider send browsers back, which a one-time state and its cookie authenticate; the pages of connect links,
 * whose secret part does; signing in; and what the documents of this service say anyway. All else is closed, however its
 * path is spelled: routing is not case-sensitive, and this is.
 */
const OPEN: readonly (string | RegExp)[] = [
  '/health/live',
  '/health/ready',
  '/api/auth/google/callback',
  /^\/api\/auth\/google\/links\/[\w-]{43}$/,
  '/api/session/oidc',
  '/api/session/oidc/callback',
  /^\/api\/problems(\/[\w-]+)?$/,
  /^\/api\/schemas\/[\w-]+\/\d+\.json$/,
];

export function isOpen({ path, method }: Request): boolean {
  if (path === '/api/session' && method === 'POST') return true;
  return (
    isPagePath(path) || OPEN.some((open) => (typeof open === 'string' ? open === path : open.test(path)))
  );
}
