import { type CookieOptions, type Request, type Response } from 'express';

import { cookieIn } from './cookie-in.js';

const NAME = 'contactstream-session';

/** With it browsers take the cookie from this very host alone, over TLS. */
const HOST_PREFIX = '__Host-';

/** Has the browser keep the secret of a session until it is over. */
export function keepSession(response: Response, secret: string, until: Date, publicUrl: string): void {
  response.cookie(nameAt(publicUrl), secret, { ...optionsAt(publicUrl), expires: until });
}

export function forgetSession(response: Response, publicUrl: string): void {
  response.clearCookie(nameAt(publicUrl), optionsAt(publicUrl));
}

export function sessionSecretIn(request: Request): string | undefined {
  return cookieIn(request, HOST_PREFIX + NAME) ?? cookieIn(request, NAME);
}

/** Strict: no other site leads a browser into something that it is signed in for; the page itself needs no cookie. */
function optionsAt(publicUrl: string): CookieOptions {
  return { httpOnly: true, sameSite: 'strict', secure: isTls(publicUrl), path: '/' };
}

function nameAt(publicUrl: string): string {
  return isTls(publicUrl) ? HOST_PREFIX + NAME : NAME;
}

function isTls(publicUrl: string): boolean {
  return new URL(publicUrl).protocol === 'https:';
}
