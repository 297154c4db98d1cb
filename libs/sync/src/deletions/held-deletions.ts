import { type SqlEntityManager } from '@mikro-orm/postgresql';

import { type HeldContact, heldContacts } from './held-deletions.sql.js';

/** Deletions that wait for a person's word. */
export class HeldDeletions {
  constructor(private readonly em: SqlEntityManager) {}

  /** The contacts that a run holds, by resource name. */
  async of(runId: string): Promise<HeldContact[]> {
    return heldContacts(this.em.fork(), runId);
  }
}
