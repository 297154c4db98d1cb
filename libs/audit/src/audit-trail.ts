import { randomUUID } from 'node:crypto';

import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundChanges } from '#platform';

import { type AuditDraft, type AuditSubject, DONE, type Settlement } from './audit-draft.js';
import { type BegunEntry, entryToSettle, entryToWrite } from './write-entries.sql.js';

/** Writes entries. */
export class AuditTrail {
  constructor(private readonly em: SqlEntityManager) {}

  /** To be called before the work begins: of a process that is killed an entry without an outcome stays. */
  async begin(draft: AuditDraft): Promise<BegunEntry> {
    const entry = begunEntry(draft);
    await boundChanges(this.em.fork(), [entryToWrite(entry)]);
    return entry;
  }

  /**
   * Fills in what became of it, once, and what it was done to where that was not known before. One that is not there, as the
   * statement that was to write it ({@link begunEntry}) was never sent or failed, is written.
   */
  async settle(entry: BegunEntry, settlement: Settlement, subject: AuditSubject = {}): Promise<void> {
    await boundChanges(this.em.fork(), [entryToSettle(entry, settlement, subject)]);
  }

  /** @param count how often it was so */
  async record(draft: AuditDraft, settlement: Settlement, count = 1): Promise<void> {
    await boundChanges(this.em.fork(), [entryToWrite(begunEntry(draft), settlement, count)]);
  }
}

/** An entry that is still to be written, by {@link entryToWrite}: together with the first change of the work. */
export function begunEntry(draft: AuditDraft): BegunEntry {
  return { id: randomUUID(), ...draft };
}

/** Writes entries of what is done in the same transaction. */
export async function recordDone(tx: SqlEntityManager, drafts: readonly AuditDraft[]): Promise<void> {
  for (const draft of drafts) await boundChanges(tx, [entryToWrite(begunEntry(draft), DONE)]);
}
