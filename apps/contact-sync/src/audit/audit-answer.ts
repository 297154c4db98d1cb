import { ACTOR_KINDS, AUDIT_OUTCOMES, type AuditEntry } from '#audit';
import { z } from 'zod';

export const auditEntrySchema = z.object({
  id: z.uuid(),
  occurredAt: z.iso.datetime(),
  actor: z.object({
    kind: z.enum(ACTOR_KINDS),
    name: z.string().nullable().describe('null: none is known'),
  }),
  action: z.string().describe('What was asked for, such as account.erase'),
  accountId: z.uuid().nullable(),
  object: z.string().nullable().describe('The id of what it was done to, such as a run'),
  reason: z.string().nullable().describe('What the caller sent as X-Audit-Reason'),
  outcome: z
    .enum([...AUDIT_OUTCOMES, 'unknown'])
    .describe('unknown: it goes on, or the process was killed before it knew'),
  code: z.string().nullable().describe('Of the problem, where it is not done'),
  count: z.int().describe('How many refusals it stands for'),
  requestId: z.string().nullable(),
  settledAt: z.iso.datetime().nullable().describe('When the outcome was known'),
});

export type AuditEntryAnswer = z.infer<typeof auditEntrySchema>;

export function auditEntryAnswer(entry: AuditEntry): AuditEntryAnswer {
  return {
    id: entry.id,
    occurredAt: entry.occurredAt.toISOString(),
    actor: { kind: entry.actorKind, name: entry.actorName ?? null },
    action: entry.action,
    accountId: entry.accountId ?? null,
    object: entry.object ?? null,
    reason: entry.reason ?? null,
    outcome: entry.outcome ?? 'unknown',
    code: entry.code ?? null,
    count: entry.count,
    requestId: entry.requestId ?? null,
    settledAt: entry.settledAt?.toISOString() ?? null,
  };
}
