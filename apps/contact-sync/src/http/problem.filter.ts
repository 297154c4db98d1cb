import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { CodedError, Problem } from '#platform';
import { type Request, type Response } from 'express';
import { STATUS_CODES } from 'node:http';
import { type Logger } from 'pino';

/** The one place where errors become answers: RFC 9457 problem details, never a stack trace. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const problem = toProblem(error, request);
    if (problem.status >= 500 && !(error instanceof Problem)) {
      this.log.error({ err: error, method: request.method, path: request.path }, 'request failed');
    }
    if (response.headersSent) {
      response.end();
      return;
    }
    sendProblem(problem, request, response);
  }
}

export function sendProblem(problem: Problem, request: Request, response: Response): void {
  response
    .status(problem.status)
    .set({ ...problem.headers, 'Content-Type': 'application/problem+json' })
    .send(
      JSON.stringify({
        type: `urn:contactstream:problem:${problem.code}`,
        title: STATUS_CODES[problem.status] ?? 'Error',
        status: problem.status,
        detail: problem.detail,
        code: problem.code,
        instance: request.originalUrl.split('?')[0],
        ...problem.fields,
      }),
    );
}

function toProblem(error: unknown, request: Request): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof CodedError) {
    const runId = error.facts.runId;
    return new Problem(
      STATUS_OF[error.code] ?? 409,
      error.code,
      error.message,
      error.facts,
      runId === undefined ? {} : { Location: `/api/sync/runs/${runId}` },
    );
  }
  if (error instanceof HttpException) {
    const status = error.getStatus();
    if (status === 404) {
      return new Problem(
        404,
        'route-not-found',
        `There is no ${request.method} ${request.path}. GET /api/openapi.json lists what there is.`,
      );
    }
    if (status < 500) return new Problem(status, codeOf(status), messageOf(error));
  }
  return new Problem(
    500,
    'internal-error',
    `${request.path.startsWith('/api/sync') ? 'Sync failed: an' : 'An'} unexpected error; the service's log says more.`,
  );
}

const STATUS_OF: Readonly<Record<string, number>> = {
  'account-not-found': 404,
  'run-not-found': 404,
  'quarantine-entry-not-found': 404,
  'not-authenticated': 401,
  'account-required': 400,
  'still-not-understood': 422,
  'service-stopping': 503,
  'internal-error': 500,
};

function codeOf(status: number): string {
  if (status === 400) return 'invalid-request';
  return (STATUS_CODES[status] ?? 'error').toLowerCase().replaceAll(/[^a-z]+/g, '-');
}

function messageOf(error: HttpException): string {
  const response = error.getResponse();
  if (typeof response === 'string') return response;
  const { message } = response as { message?: string | string[] };
  return Array.isArray(message) ? message.join('; ') : (message ?? error.message);
}
