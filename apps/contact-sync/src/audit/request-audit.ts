import { AsyncLocalStorage } from 'node:async_hooks';

import {
  type Actor,
  type AuditDraft,
  type AuditSubject,
  type AuditTrail,
  type BegunEntry,
  begunEntry,
  DONE,
  entryToWrite,
  type Settlement,
} from '#audit';
import { type Backoff, type Change, CodedError, isPassing, limitStatements } from '#platform';
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
  private entry: BegunEntry | null = null;
  /** Nothing was told to write it yet. */
  private isPending = false;

  constructor(
    private readonly request: Request,
    private readonly trail: AuditTrail,
    private readonly outage: Backoff,
  ) {}

  get isBegun(): boolean {
    return this.entry !== null && !this.isPending;
  }

  /** @throws Error where it is not begun: the route has no action of the audit */
  get id(): string {
    if (this.entry === null || this.isPending)
      throw new Error(`${this.request.path} has no entry of the audit`);
    return this.entry.id;
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
    const draft = this.draftOf(actor);
    try {
      this.entry = await this.trail.begin(draft);
    } catch (error) {
      throw this.failed(error);
    }
    this.outage.over();
  }

  /** Has the entry written by the statement that the work begins with, which {@link handOver} gives it to. */
  prepare(actor: Actor): void {
    this.entry = begunEntry(this.draftOf(actor));
    this.isPending = true;
  }

  /** @returns the entry; the database that refuses it refuses the statement, as {@link begin} throws */
  handOver(): Change {
    if (this.entry === null || !this.isPending)
      throw new Error(`${this.request.path} has no entry to hand over`);
    this.isPending = false;
    return {
      ...entryToWrite(this.entry),
      explain: (error) => (isOfEntries(error) ? this.failed(error) : error),
    };
  }

  /** Never fails: what was done is done. An entry that stays open says that its outcome is not known. */
  async settle(settlement: Settlement = DONE): Promise<void> {
    const { entry } = this;
    if (entry === null) return;
    try {
      await limitStatements(SETTLE_MS, () => this.trail.settle(entry, settlement, this.subject));
      this.isPending = false;
      this.outage.over();
    } catch (error) {
      this.outage.failed(error);
    }
  }

  private draftOf(actor: Actor): AuditDraft {
    const { request, route } = this;
    if (route == null) throw new Error(`${request.method} ${request.path} names no action of the audit`);
    const action = actionOf(route, request);
    const reason = reasonOf(request);
    return {
      actor,
      action,
      reason,
      requestId: requestIdOf(request),
      ...idsIn(request, action),
      ...this.subject,
    };
  }

  /** @returns what the caller is told */
  private failed(error: unknown): unknown {
    this.outage.failed(error);
    if (isPassing(error)) return error;
    const message = 'The entry of the audit could not be written, so that nothing was done; try again later.';
    return new CodedError('audit-unavailable', message, {}, { cause: error });
  }
}

/** Whether it was the table of the entries, of those of a statement, that PostgreSQL had something against. */
function isOfEntries(error: unknown): boolean {
  return error instanceof Error && error.message.includes('audit_entries');
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

/** The id of the entry of the request in hand. @throws Error where it has none */
export function auditEntryId(): string {
  return auditInHand().id;
}

/** The entry of the request in hand, whose route has it written with its work. @throws Error where it has none */
export function auditEntryToWrite(): Change {
  return auditInHand().handOver();
}

function auditInHand(): RequestAudit {
  const audit = currentAudit();
  if (audit === undefined) throw new Error('No request is in hand');
  return audit;
}
