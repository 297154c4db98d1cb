import { SIGN_IN_MS } from '#accounts';
import { type Request, type Response } from 'express';

import { cookieIn } from '../http/cookie-in.js';

/** Where Google sends browsers back to. */
export function callbackUrl(publicUrl: string): string {
  return `${publicUrl}/api/auth/google/callback`;
}

/**
 * Has the browser keep the secret of a sign-in. The cookie is for the callback alone; `lax`, because it is Google's page
 * that leads there.
 */
export function keepSecret(
  response: Response,
  { state, secret }: { readonly state: string; readonly secret: string },
  publicUrl: string,
): void {
  const { protocol, pathname } = new URL(callbackUrl(publicUrl));
  response.cookie(nameOf(state), secret, {
    httpOnly: true,
    sameSite: 'lax',
    secure: protocol === 'https:',
    path: pathname,
    maxAge: SIGN_IN_MS,
  });
}

/** The secret that the browser keeps for that state. */
export function keptSecret(request: Request, state: string | undefined): string | undefined {
  return state === undefined ? undefined : cookieIn(request, nameOf(state));
}

/** Each sign-in has its own, so that one in another tab does not take its place. */
function nameOf(state: string): string {
  return `contactstream-sign-in-${state.slice(0, 12)}`;
}
