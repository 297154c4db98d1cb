import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type Actor, lastDone } from '#audit';

import { type Run } from '../runs/run.entity.js';

/** What somebody decided on the deletions that a run held. */
export interface HeldDecision {
  readonly decision: 'approve' | 'reject';
  readonly at: Date;
  readonly actor: Actor;
}

const DECISIONS: Readonly<Record<string, HeldDecision['decision']>> = {
  'held-deletions.approve': 'approve',
  'held-deletions.reject': 'reject',
};

/** Decisions on held deletions, as the audit keeps them. */
export class HeldDecisions {
  constructor(private readonly em: SqlEntityManager) {}

  /** @returns null: nothing was held, nobody has decided, or nobody knows any more who did */
  async of({ id, accountId, state, heldDeletions, startedAt }: Run): Promise<HeldDecision | null> {
    if (heldDeletions == null || state === 'held' || startedAt == null) return null;
    const entry = await lastDone(this.em.fork(), accountId, Object.keys(DECISIONS), id, startedAt);
    const decision = DECISIONS[entry?.action ?? ''];
    return entry === null || decision === undefined ? null : { decision, at: entry.at, actor: entry.actor };
  }
}
