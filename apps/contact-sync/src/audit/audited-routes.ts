import {
  type CallHandler,
  type CanActivate,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { type Settlement } from '#audit';
import { type Request, type Response } from 'express';
import { defer, lastValueFrom, Observable } from 'rxjs';

import { knownError } from '../http/problem.filter.js';
import { type ProblemCode, problemKind } from '../http/problems.js';
import { problemIn } from '../http/answered-problem.js';
import { actorOf, UNKNOWN } from './actor.js';
import { auditedRoute } from './audited.js';
import { auditOf } from './refusals.js';
import { during, type RequestAudit } from './request-audit.js';
import { accountIn, actionOf } from './request-subject.js';

/** From here on nobody was refused, but something went wrong; 499: the caller has gone. */
const FAILED_FROM = 499;

/**
 * The one rule of the audit: what changes something is not begun before its entry is written, and a route that does not
 * say what it is to the audit changes nothing. The first of the guards, so that refusals of the others have their action.
 */
export class AuditedRoutes implements CanActivate, NestInterceptor {
  canActivate(context: ExecutionContext): boolean {
    const request = requestIn(context);
    const { method, path } = request;
    const route = auditedRoute(context.getHandler());
    auditOf(request).route = route;
    if (route === undefined && method !== 'GET' && method !== 'HEAD') {
      throw new Error(`${method} ${path} has no @Audited`);
    }
    return true;
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const audit = auditOf(requestIn(context));
    if (audit.route != null) return defer(() => this.carryOut(context, audit, next));
    return new Observable((observer) => during(audit, () => next.handle().subscribe(observer)));
  }

  private async carryOut(
    context: ExecutionContext,
    audit: RequestAudit,
    next: CallHandler,
  ): Promise<unknown> {
    const request = requestIn(context);
    if (isWithItsWork(audit.route, request)) audit.prepare(actorOf(request));
    else if (audit.route?.isOpen !== true) await audit.begin(actorOf(request));
    try {
      const answer: unknown = await during(audit, () =>
        lastValueFrom(next.handle(), { defaultValue: undefined }),
      );
      audit.concerns(accountIn(answer));
      // A page may tell of a refusal, too.
      const code = problemIn(context.switchToHttp().getResponse<Response>());
      // It was to begin its entry itself, and nobody knows for whom it has done something.
      if (!audit.isBegun && code === undefined) await audit.begin(UNKNOWN);
      await audit.settle(code === undefined ? undefined : settlementOf(code));
      return answer;
    } catch (error) {
      const code = knownError(error, request)?.code ?? 'internal-error';
      const settled = audit.settle(settlementOf(code));
      // Of a database that does not answer, nobody is to wait for twice.
      if (code !== 'database-unavailable') await settled;
      throw error;
    }
  }
}

function isWithItsWork(route: RequestAudit['route'], request: Request): boolean {
  return route?.withItsWork === true && actionOf(route, request) === route.action;
}

function settlementOf(code: ProblemCode): Settlement {
  return { outcome: problemKind(code).status < FAILED_FROM ? 'refused' : 'failed', code };
}

function requestIn(context: ExecutionContext): Request {
  return context.switchToHttp().getRequest<Request>();
}
