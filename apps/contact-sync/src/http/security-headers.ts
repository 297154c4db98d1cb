import { type IncomingMessage, type ServerResponse } from 'node:http';

import { type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';

/**
 * What every answer carries, whatever it is: helmet's headers, with a policy under which a browser runs and loads nothing,
 * and no-store, because most answers hold contacts. A page takes the place of the policy with its own (page-headers.ts).
 *
 * Nothing here allows another origin to read an answer: there is no CORS.
 *
 * @param publicUrl where it is https, browsers are told to come by https alone
 */
export function securityHeaders(publicUrl: string): Readonly<Record<string, string>> {
  const headers: Record<string, string> = { 'Cache-Control': 'no-store' };
  const collect = {
    setHeader: (name: string, value: string) => {
      headers[name] = value;
    },
    removeHeader: () => undefined,
  };
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: publicUrl.startsWith('https:') && {
      maxAge: 31_536_000,
      includeSubDomains: false,
    },
    xFrameOptions: { action: 'deny' },
    // With no-referrer, browsers would send "Origin: null" with the forms of our own pages.
    referrerPolicy: { policy: 'same-origin' },
  })({} as IncomingMessage, collect as unknown as ServerResponse, () => undefined);
  return headers;
}

export function setHeaders(headers: Readonly<Record<string, string>>) {
  return (_request: Request, response: Response, next: NextFunction): void => {
    response.set(headers);
    next();
  };
}
