import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { CodedError, databaseTrouble, errorForLog, isPassing } from '#platform';
import { type Request, type Response } from 'express';
import { type Logger } from 'pino';

import { noteProblem } from './answered-problem.js';
import { isProblemCode, type ProblemCode, problemKind, problemType } from './problems.js';
import { requestIdOf } from './request-id.js';

/** A database that is away fails every request; one line so often says as much. */
const TELL_EVERY_MS = 60_000;

/** The one place where errors become answers: RFC 9457 problem details, never a stack trace. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private databaseToldAt = -Infinity;

  constructor(private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const known = knownError(error, request);
    if (known?.code === 'database-unavailable') this.tellOfDatabase(error);
    if (known === null) {
      this.log.error(
        { err: error, method: request.method, path: request.path, requestId: requestIdOf(request) },
        'request failed',
      );
    }
    if (response.headersSent) {
      response.end();
      return;
    }
    sendProblem(known ?? unexpected(request), request, response);
  }

  private tellOfDatabase(error: unknown): void {
    if (performance.now() - this.databaseToldAt < TELL_EVERY_MS) return;
    this.databaseToldAt = performance.now();
    const trouble = databaseTrouble(error instanceof CodedError ? error.cause : error);
    const why = trouble === null ? 'PostgreSQL does not answer.' : `${trouble.found}. ${trouble.mend}`;
    this.log.error({ err: errorForLog(error) }, `requests fail: ${why}`);
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
  const { status, headers } = problemKind(code);
  noteProblem(response, code);
  response
    .status(status)
    .set({ ...headers?.(facts), 'Content-Type': PROBLEM_TYPE })
    .send(problemBody({ code, message, facts }, request.originalUrl.split('?')[0] ?? '/'));
}

export const PROBLEM_TYPE = 'application/problem+json';

/** @param instance the path that was asked for */
export function problemBody({ code, message, facts = {} }: KnownError, instance: string): string {
  const { status, title } = problemKind(code);
  const { retryAfterSeconds: _, ...fields } = facts;
  return JSON.stringify({
    type: problemType(code),
    title,
    status,
    detail: message,
    code,
    instance,
    ...fields,
  });
}

/** @returns null for a defect: what nobody foresaw, and a code that is not in the table */
export function knownError(error: unknown, request: Request): KnownError | null {
  if (error instanceof CodedError) {
    const { code, message, facts } = error;
    return isProblemCode(code) ? { code, message, facts } : null;
  }
  const trouble = isPassing(error) ? databaseTrouble(error) : null;
  if (trouble !== null) {
    // A statement that was ended because its caller hung up fails as one of a database that is away.
    return request.res?.closed === true
      ? { code: 'caller-gone', message: 'The caller hung up.' }
      : {
          code: 'database-unavailable',
          message: `${trouble.found}; try again in a moment. If it lasts, contactstream doctor says what to do.`,
        };
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
