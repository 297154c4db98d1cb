import { type ActorKind, type AuditOutcome } from './audit-entry.entity.js';

export interface Actor {
  readonly kind: ActorKind;
  /** null: none is known. */
  readonly name: string | null;
}

/** What something is done to. */
export interface AuditSubject {
  readonly accountId?: string | null | undefined;
  /** An id, never what a person or a product calls it. */
  readonly object?: string | null | undefined;
}

/** What is known of an entry when it is begun. */
export interface AuditDraft extends AuditSubject {
  readonly actor: Actor;
  readonly action: string;
  readonly reason?: string | null | undefined;
  readonly requestId?: string | null | undefined;
}

/** What became of it. */
export interface Settlement {
  readonly outcome: AuditOutcome;
  /** Of the problem; null where it is done. */
  readonly code: string | null;
}

export const DONE: Settlement = { outcome: 'done', code: null };
