import { type Server, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';

import { type NextFunction, type Request, type Response } from 'express';

import { type KnownError, sendProblem } from './problem.filter.js';

export const LONGEST_BODY = 100_000;

export const BODY_TOO_LARGE: KnownError = {
  code: 'body-too-large',
  message: 'The body is larger than the 100 kB that are allowed.',
};

export const BODY_NOT_JSON: KnownError = {
  code: 'unsupported-media-type',
  message: 'The body is not JSON by its type. Send it with "Content-Type: application/json".',
};

/** How long a client that still sends may take to read why it was refused. */
const LINGER_MS = 1_000;

/**
 * Refuses a body that is too large by what the request says of it, before any of it is read; jsonBody stops one that
 * does not say, once it is. In front of all that asks who calls: otherwise Node.js would read to its end what is refused.
 */
export function limitBody(request: Request, response: Response, next: NextFunction): void {
  const length = request.headers['content-length'];
  if (Number(length) > LONGEST_BODY) {
    refuseBody(isJson(request) ? BODY_TOO_LARGE : BODY_NOT_JSON, request, response);
    return;
  }
  response.once('finish', () => {
    if (length === undefined && !request.complete) closeGently(request.socket);
  });
  next();
}

/** Answers, and closes the connection, on which the rest of the body may still come. */
export function refuseBody(problem: KnownError, request: Request, response: Response): void {
  const { socket } = request;
  // What Node.js calls once the answer is sent; it would close at once, and take the answer from a client that still sends.
  socket.destroySoon = () => {
    closeGently(socket);
  };
  response.set('Connection', 'close');
  sendProblem(problem, request, response);
}

/** Says that nothing more comes, and reads on for a moment, for nobody (RFC 9112, 9.6). */
function closeGently(socket: Socket): void {
  socket.end();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

/** A client that waits for a `100 Continue` is told so once its body is wanted, not by Node.js before anybody looked. */
export function continueLate(server: Server): void {
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    server.emit('request', request, response);
  });
}

export function isJson({ headers }: IncomingMessage): boolean {
  return /^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '');
}
