import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { CodedError } from '#platform';
import { type Request, type Response } from 'express';
import { type Logger } from 'pino';

import { isProblemCode, type ProblemCode, problemKind } from './problems.js';

/** The one place where errors become answers: RFC 9457 problem details, never a stack trace. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const known = knownError(error, request);
    if (known === null) {
      this.log.error({ err: error, method: request.method, path: request.path }, 'request failed');
    }
    if (response.headersSent) {
      response.end();
      return;
    }
    sendProblem(known ?? unexpected(request), request, response);
  }
}

/** An error whose code the table of problems has. */
export interface KnownError {
  readonly code: ProblemCode;
  /** For people: what happened, to what, what to do next. */
  readonly message: string;
  readonly facts?: Readonly<Record<string, string | number>>;
}

export function sendProblem(
  { code, message, facts = {} }: KnownError,
  request: Request,
  response: Response,
): void {
  const { status, title, headers } = problemKind(code);
  const { retryAfterSeconds: _, ...fields } = facts;
  response
    .status(status)
    .set({ ...headers?.(facts), 'Content-Type': 'application/problem+json' })
    .send(
      JSON.stringify({
        type: `urn:contactstream:problem:${code}`,
        title,
        status,
        detail: message,
        code,
        instance: request.originalUrl.split('?')[0],
        ...fields,
      }),
    );
}

/** @returns null for a defect: what nobody foresaw, and a code that is not in the table */
function knownError(error: unknown, request: Request): KnownError | null {
  if (error instanceof CodedError) {
    const { code, message, facts } = error;
    return isProblemCode(code) ? { code, message, facts } : null;
  }
  if (!(error instanceof HttpException)) return null;
  const status = error.getStatus();
  if (status === 404) {
    return {
      code: 'route-not-found',
      message: `There is no ${request.method} ${request.path}. GET /api/openapi.json lists what there is.`,
    };
  }
  return status < 500 ? { code: 'invalid-request', message: messageOf(error) } : null;
}

function unexpected(request: Request): KnownError {
  const what = request.path.startsWith('/api/sync') ? 'Sync failed: an' : 'An';
  return { code: 'internal-error', message: `${what} unexpected error; the service's log says more.` };
}

function messageOf(error: HttpException): string {
  const response = error.getResponse();
  if (typeof response === 'string') return response;
  const { message } = response as { message?: string | string[] };
  return Array.isArray(message) ? message.join('; ') : (message ?? error.message);
}
