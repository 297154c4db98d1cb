import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

/** `link`: whoever holds a connect link; `unknown`: nobody that the service knows. */
export const ACTOR_KINDS = ['token', 'person', 'anyone', 'link', 'service', 'operator', 'unknown'] as const;
export type ActorKind = (typeof ACTOR_KINDS)[number];

export const AUDIT_OUTCOMES = ['done', 'refused', 'failed'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** Who did, or wanted to do, what. PostgreSQL lets it be written once, and its outcome be filled in once. */
export const AuditEntryEntity = defineEntity({
  name: 'AuditEntry',
  tableName: 'audit_entries',
  properties: {
    id: p.uuid().primary(),
    /** To the millisecond, as those who page through them have it. */
    occurredAt: p.datetime(3),
    actorKind: p.text().$type<ActorKind>(),
    actorName: p.text().nullable(),
    action: p.text(),
    accountId: p.uuid().nullable(),
    /** The id of what it was done to. */
    object: p.text().nullable(),
    /** What the caller gave as the reason. */
    reason: p.text().nullable(),
    requestId: p.text().nullable(),
    /** How many refusals it stands for. */
    count: p.integer(),
    /** Null while it goes on, and for ever where the process was killed. */
    outcome: p.text().$type<AuditOutcome>().nullable(),
    /** Of the problem, unless it is done. */
    code: p.text().nullable(),
    settledAt: p.datetime(3).nullable(),
  },
});

export type AuditEntry = InferEntity<typeof AuditEntryEntity>;
