import { type Configuration } from '#platform';
import { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { type Logger } from 'pino';

import { isPageAddress } from './page-paths.js';
import { type PageFile, readPageFiles } from './page-files.js';

/** The page runs its own script, has its own style, and asks this service alone; no text ever becomes HTML or script. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
  "require-trusted-types-for 'script'; trusted-types 'none'";

/** The name of a file holds a hash of what is in it. */
const FOR_EVER = 'public, max-age=31536000, immutable';

type Settings = Pick<Configuration, 'PUBLIC_URL' | 'OIDC_ISSUER'>;

/** Serves the page at `/` and at every address of its links, and its files below `/assets/`. */
export function dashboard({ PUBLIC_URL, OIDC_ISSUER }: Settings, log: Logger): RequestHandler {
  const files = readPageFiles({
    prefix: new URL(PUBLIC_URL).pathname.replace(/\/$/, ''),
    offersOidc: OIDC_ISSUER !== undefined,
  });
  if (files === null) {
    log.warn('the page was not built (npm run build), so / answers 404; DASHBOARD=off says so on purpose');
    return (_request, _response, next) => {
      next();
    };
  }
  return (request: Request, response: Response, next: NextFunction): void => {
    const { method, path } = request;
    const file = files.get(isPageAddress(path) ? '/' : path);
    if (file === undefined || (method !== 'GET' && method !== 'HEAD')) {
      next();
      return;
    }
    response.set({
      'Cache-Control': path.startsWith('/assets/') ? FOR_EVER : 'no-cache',
      'Content-Security-Policy': POLICY,
      'Content-Type': file.type,
      ETag: file.etag,
    });
    response.vary('Accept-Encoding');
    send(file, request, response);
  };
}

function send(file: PageFile, request: Request, response: Response): void {
  // The smaller one first: browsers name gzip before it.
  const encoding = (['br', 'gzip'] as const).find((each) => request.acceptsEncodings(each) !== false);
  if (encoding === undefined) {
    response.send(file.body);
    return;
  }
  response.set('Content-Encoding', encoding);
  response.send(file.encoded[encoding]);
}
