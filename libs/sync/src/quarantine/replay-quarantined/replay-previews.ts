import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactEvent, type SightOutcome } from '#contact';
import { CodedError } from '#platform';

import { type QuarantineEntry } from '../quarantine-entry.entity.js';
import { decideReplay } from './decide-replay.js';

/** What a replay of an entry would do now. */
export interface ReplayPreview {
  readonly outcome: SightOutcome | 'still-not-understood';
  /** That the person is, or would become; null where it is not understood. */
  readonly contactId: string | null;
  /** Of that contact; null where nothing changes. */
  readonly event: ContactEvent | null;
  /** Contacts that would go into that one. */
  readonly mergedContactIds: readonly string[];
}

const NOTHING: ReplayPreview = {
  outcome: 'still-not-understood',
  contactId: null,
  event: null,
  mergedContactIds: [],
};

/**
 * What replays would do, for people who think about one. Without the account's lease, which a run may have: by the time
 * of the replay, it may mean something else.
 */
export class ReplayPreviews {
  constructor(private readonly em: SqlEntityManager) {}

  /** @returns null for an entry that is closed: nobody can replay it */
  async of(entry: QuarantineEntry): Promise<ReplayPreview | null> {
    if (entry.state !== 'open') return null;
    try {
      const { decision } = await decideReplay(this.em.fork(), entry);
      const [[contactId, outcome] = [null, 'unchanged' as const]] = decision.outcomes;
      const event = decision.events.find((one) => one.contactId === contactId) ?? null;
      return { outcome, contactId, event, mergedContactIds: [...decision.merges.keys()] };
    } catch (error) {
      if (error instanceof CodedError && error.code === 'still-not-understood') return NOTHING;
      throw error;
    }
  }
}
