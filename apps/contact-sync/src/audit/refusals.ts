import { channel } from 'node:diagnostics_channel';

import { type BeforeApplicationShutdown } from '@nestjs/common';
import { type AuditTrail, RefusalTally } from '#audit';
import { Backoff } from '#platform';
import { type NextFunction, type Request, type Response } from 'express';
import { type Logger } from 'pino';

import { problemIn } from '../http/answered-problem.js';
import { principalIn } from '../http/principal.js';
import { type ProblemCode, problemKind } from '../http/problems.js';
import { requestIdOf } from '../http/request-id.js';
import { actorOf } from './actor.js';
import { READ, REQUEST } from './audit-actions.js';
import { RequestAudit } from './request-audit.js';
import { actionOf, idsIn } from './request-subject.js';

/** Tells each refusal as a {@link RefusalMessage}. */
export const REFUSALS = channel('contactstream:refusals');

export interface RefusalMessage {
  readonly code: ProblemCode;
}

/** Answered 404 to everybody: nothing of another account is behind it. */
const NOWHERE: ReadonlySet<ProblemCode> = new Set([
  'route-not-found',
  'role-missing',
  'schema-not-found',
  'no-match',
  'rebuild-not-found',
]);

const audits = new WeakMap<Request, RequestAudit>();

/** Watches the answers of a service for those that refuse whoever asks. */
export class Refusals implements BeforeApplicationShutdown {
  private readonly tally: RefusalTally;
  private readonly outage: Backoff;

  constructor(
    private readonly trail: AuditTrail,
    log: Logger,
  ) {
    this.tally = new RefusalTally(trail, log);
    this.outage = new Backoff('writing the audit', log);
  }

  /** Before all that may refuse. */
  readonly watch = (request: Request, response: Response, next: NextFunction): void => {
    const audit = new RequestAudit(request, this.trail, this.outage);
    audits.set(request, audit);
    response.once('close', () => {
      const code = problemIn(response);
      if (code !== undefined && isRefusal(code, request, audit)) this.refused(code, request, audit);
    });
    next();
  };

  async beforeApplicationShutdown(): Promise<void> {
    await this.tally.stop();
  }

  private refused(code: ProblemCode, request: Request, audit: RequestAudit): void {
    REFUSALS.publish({ code } satisfies RefusalMessage);
    // Its own entry says so already.
    if (audit.isBegun) return;
    const actor = actorOf(request);
    const requestId = requestIdOf(request);
    if (audit.route == null) {
      const action = principalIn(request) === undefined ? REQUEST : READ;
      this.tally.add({ actor, action, code, requestId });
    } else {
      const action = actionOf(audit.route, request);
      this.tally.add({ actor, action, code, requestId, ...idsIn(request, action) });
    }
  }
}

export function auditOf(request: Request): RequestAudit {
  const audit = audits.get(request);
  if (audit === undefined) throw new Error(`${request.path} is outside of the audit`);
  return audit;
}

/** Whether an answer says no because of who asks: they are not known, or may not, or are bound to another account. */
function isRefusal(code: ProblemCode, request: Request, audit: RequestAudit): boolean {
  const { status } = problemKind(code);
  // Whoever comes to an open route is known by a secret alone.
  if (audit.route?.isOpen === true) return status < 500;
  // The first is the account's own sign-in to Google.
  if (status === 401) return code !== 'not-authenticated';
  const isBound = principalIn(request)?.accountId != null;
  return status === 403 || status === 429 || (status === 404 && isBound && !NOWHERE.has(code));
}
