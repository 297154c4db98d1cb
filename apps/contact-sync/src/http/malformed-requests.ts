import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import { type Duplex } from 'node:stream';

import { type NextFunction, type Request, type Response } from 'express';

import { type KnownError, PROBLEM_TYPE, problemBody, sendProblem } from './problem.filter.js';
import { problemKind } from './problems.js';

type ClientError = NodeJS.ErrnoException & { readonly rawPacket?: Buffer };

/**
 * Answers what Node.js would refuse by itself, without a word on why: requests that it cannot read.
 *
 * @param headers of every answer
 */
export function answerMalformedRequests(server: Server, headers: Readonly<Record<string, string>>): void {
  server.on('clientError', (error: ClientError, socket: Duplex) => {
    if (!canBeAnswered(error, socket)) {
      socket.destroy(error);
      return;
    }
    const problem = problemOf(error.code);
    const { status } = problemKind(problem.code);
    const body = problemBody(problem, pathIn(error.rawPacket));
    socket.end(
      [
        `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
        'Connection: close',
        ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
        `Content-Type: ${PROBLEM_TYPE}`,
        `Content-Length: ${Buffer.byteLength(body)}`,
        '',
        body,
      ].join('\r\n'),
    );
  });
  // Answered by hostNamed, as any other request is.
  (server as { requireHostHeader?: boolean }).requireHostHeader = false;
  // An expectation that is not known here may be left unmet (RFC 9110, 10.1.1).
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    server.emit('request', request, response);
  });
}

/** HTTP/1.1 asks for a Host header (RFC 9112, 3.2). */
export function hostNamed(request: Request, response: Response, next: NextFunction): void {
  if (request.headers.host !== undefined || request.httpVersion === '1.0') {
    next();
    return;
  }
  response.set('Connection', 'close');
  sendProblem({ code: 'malformed-request', message: 'The request has no Host header.' }, request, response);
}

/** The path in the first line, if this is where the trouble was found. */
function pathIn(packet: Buffer | undefined): string {
  return /^\S+ (\/[^\s?]{0,1000})[\s?]/.exec(packet?.toString('latin1') ?? '')?.[1] ?? '/';
}

/** As Node.js itself does: nobody reads behind a broken connection, and an answer that has begun cannot be taken back. */
function canBeAnswered(error: ClientError, socket: Duplex): boolean {
  const { _httpMessage: answer } = socket as { _httpMessage?: { readonly headersSent: boolean } | null };
  return error.code !== 'ECONNRESET' && socket.writable && answer?.headersSent !== true;
}

function problemOf(code: string | undefined): KnownError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return {
        code: 'headers-too-large',
        message: 'The address and the headers are larger than the 16 kB that are allowed.',
      };
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return {
        code: 'body-too-large',
        message: "The extensions of the body's chunks are larger than 16 kB.",
      };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { code: 'request-too-slow', message: 'The request did not arrive in time.' };
    default:
      return { code: 'malformed-request', message: 'What came is no HTTP request.' };
  }
}
