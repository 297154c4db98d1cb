import { AsyncLocalStorage } from 'node:async_hooks';

import { type Actor, type AuditSubject, type AuditTrail, DONE, type Settlement } from '#audit';
import { type Backoff, CodedError, isPassing, limitStatements } from '#platform';
import { type Request } from 'express';

import { requestIdOf } from '../http/request-id.js';
import { reasonOf } from './audit-reason.js';
import { type AuditedRoute } from './audited.js';
import { actionOf, idsIn } from './request-subject.js';

/** Whoever waits for an answer does not wait longer for its entry. */
const SETTLE_MS = 2_000;

/** The entry of a request: begun before what it asks for, and settled after it. */
export class RequestAudit {
  /** undefined: no route was found, or it does not say. */
  route: AuditedRoute | null | undefined;
  private subject: AuditSubject = {};
  private entryId: string | null = null;

  constructor(
    private readonly request: Request,
    private readonly trail: AuditTrail,
    private readonly outage: Backoff,
  ) {}

  get isBegun(): boolean {
    return this.entryId !== null;
  }

  /** @throws Error where it is not begun: the route has no action of the audit */
  get id(): string {
    if (this.entryId === null) throw new Error(`${this.request.path} has no entry of the audit`);
    return this.entryId;
  }

  /** Whether commands may be sent for it. Those of an open route that has not begun an entry end in a refusal. */
  get mayChange(): boolean {
    return this.isBegun || this.route?.isOpen === true;
  }

  /** What it concerns, where the address and the body do not tell. */
  concerns(subject: AuditSubject): void {
    this.subject = { ...this.subject, ...subject };
  }

  /** @throws CodedError audit-unavailable, or the error of a database that is away: then nothing may be done */
  async begin(actor: Actor): Promise<void> {
    const { request, route } = this;
    if (route == null) throw new Error(`${request.method} ${request.path} names no action of the audit`);
    const action = actionOf(route, request);
    const reason = reasonOf(request);
    const subject = { ...idsIn(request, action), ...this.subject };
    try {
      this.entryId = await this.trail.begin({
        actor,
        action,
        reason,
        requestId: requestIdOf(request),
        ...subject,
      });
    } catch (error) {
      this.outage.failed(error);
      if (isPassing(error)) throw error;
      const message =
        'The entry of the audit could not be written, so that nothing was done; try again later.';
      throw new CodedError('audit-unavailable', message, {}, { cause: error });
    }
    this.outage.over();
  }

  /** Never fails: what was done is done. An entry that stays open says that its outcome is not known. */
  async settle(settlement: Settlement = DONE): Promise<void> {
    const { entryId } = this;
    if (entryId === null) return;
    try {
      await limitStatements(SETTLE_MS, () => this.trail.settle(entryId, settlement, this.subject));
      this.outage.over();
    } catch (error) {
      this.outage.failed(error);
    }
  }
}

const current = new AsyncLocalStorage<RequestAudit>();

/** Does what a request asks for. */
export function during<T>(audit: RequestAudit, work: () => T): T {
  return current.run(audit, work);
}

/** undefined: no request asks for it, but the service itself. */
export function currentAudit(): RequestAudit | undefined {
  return current.getStore();
}

/** Begins the entry of the request in hand, whose route is open. @throws as {@link RequestAudit.begin} does */
export async function beginAudit(actor: Actor): Promise<void> {
  await currentAudit()?.begin(actor);
}

/** Tells the entry of the request in hand what it concerns. */
export function concerning(subject: AuditSubject): void {
  currentAudit()?.concerns(subject);
}

/** The entry of the request in hand. @throws Error where it has none */
export function auditEntryId(): string {
  const audit = currentAudit();
  if (audit === undefined) throw new Error('No request is in hand');
  return audit.id;
}
