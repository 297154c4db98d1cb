import { randomUUID } from 'node:crypto';

import { raw, type SqlEntityManager } from '@mikro-orm/postgresql';

import { type AuditDraft, type AuditSubject, DONE, type Settlement } from './audit-draft.js';
import { AuditEntryEntity } from './audit-entry.entity.js';
import { settleEntry } from './settle-entry.sql.js';

/** The table has a limit, too; one that it met would keep a caller from all that is audited. */
const LONGEST_NAME = 200;

/** Writes entries. */
export class AuditTrail {
  constructor(private readonly em: SqlEntityManager) {}

  /** To be called before the work begins: of a process that is killed an entry without an outcome stays. @returns its id */
  async begin(draft: AuditDraft): Promise<string> {
    return insert(this.em.fork(), draft, null, 1);
  }

  /** Fills in what became of it, once, and what it was done to where that was not known before. */
  async settle(id: string, settlement: Settlement, subject: AuditSubject = {}): Promise<void> {
    await settleEntry(this.em.fork(), id, settlement, subject);
  }

  /** @param count how often it was so */
  async record(draft: AuditDraft, settlement: Settlement, count = 1): Promise<void> {
    await insert(this.em.fork(), draft, settlement, count);
  }
}

/** Writes entries of what is done in the same transaction. */
export async function recordDone(tx: SqlEntityManager, drafts: readonly AuditDraft[]): Promise<void> {
  for (const draft of drafts) await insert(tx, draft, DONE, 1);
}

async function insert(
  em: SqlEntityManager,
  { actor, action, accountId, object, reason, requestId }: AuditDraft,
  settlement: Settlement | null,
  count: number,
): Promise<string> {
  const id = randomUUID();
  const now = raw<Date>('clock_timestamp()');
  await em.insert(AuditEntryEntity, {
    id,
    occurredAt: now,
    actorKind: actor.kind,
    actorName: actor.name?.slice(0, LONGEST_NAME) ?? null,
    action,
    accountId: accountId ?? null,
    object: object ?? null,
    reason: reason ?? null,
    requestId: requestId ?? null,
    count,
    outcome: settlement?.outcome ?? null,
    code: settlement?.code ?? null,
    settledAt: settlement === null ? null : now,
  });
  return id;
}
