import { type Request, type Response } from 'express';

import { sendProblem } from './problem.filter.js';

/** A GET that begins something, so that a link on a page elsewhere must not lead to it. */
const BEGINS = /^\/api\/(auth\/google|session\/oidc)\/?$/i;

/**
 * A page of another origin, be it another port of this machine, may not have a browser do anything here that no token
 * authenticates. It may lead there: a link, and Google's way back.
 *
 * @returns whether it was refused
 */
export function refusedAsCrossSite(request: Request, response: Response): boolean {
  if (!isOfAnotherOrigin(request) || (isLink(request) && !BEGINS.test(request.path))) return false;
  const message = 'A page of another origin may not call this service; set API_TOKENS and send one.';
  sendProblem({ code: 'cross-site-request', message }, request, response);
  return true;
}

/**
 * Browsers that know Sec-Fetch-Site send it to https and loopback addresses, and no page can change it; all send Origin
 * with what is no GET. What sends neither is no page.
 */
function isOfAnotherOrigin(request: Request): boolean {
  const { 'sec-fetch-site': site, origin } = request.headers;
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== request.host.toLowerCase();
}

function isLink({ method, headers }: Request): boolean {
  return (
    method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
  );
}
