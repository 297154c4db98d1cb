import { type DeletionReason, type SightOutcome } from '#contact';

import { NO_STATISTICS, type RunStatistics } from './run.entity.js';

/** What one page showed. */
export interface PageShown {
  /** Ids of contacts, by what became of them. */
  readonly created: readonly string[];
  readonly updated: readonly string[];
  readonly unchanged: readonly string[];
  /** Resource names of deleted persons. */
  readonly tombstones: readonly string[];
  /** Keys of persons that were not understood. */
  readonly quarantined: readonly string[];
}

/** What a run counts a contact as: the later one here counts for more. */
const CLASSES = ['unchanged', 'updated', 'created'] as const;
type OutcomeClass = (typeof CLASSES)[number];

const CLASS_OF = {
  unchanged: 'unchanged',
  updated: 'updated',
  renamed: 'updated',
  restored: 'created',
  created: 'created',
} as const satisfies Record<SightOutcome, OutcomeClass>;

/** @param outcomes by contact id */
export function byClass(outcomes: ReadonlyMap<string, SightOutcome>): Pick<PageShown, OutcomeClass> {
  const ids = { created: [] as string[], updated: [] as string[], unchanged: [] as string[] };
  for (const [id, outcome] of outcomes) ids[CLASS_OF[outcome]].push(id);
  return ids;
}

export function contactsShown({ created, updated, unchanged }: PageShown): string[] {
  return [...created, ...updated, ...unchanged];
}

/** Counts over all pages and epochs of a run, each person once: the most that happened to it is what counts. */
export class RunTally {
  private readonly contacts = new Map<string, OutcomeClass>();
  private readonly tombstones = new Set<string>();
  private readonly quarantined = new Set<string>();
  private deleted = 0;
  private effectiveTombstones = 0;
  private pages = 0;
  private base: RunStatistics = NO_STATISTICS;

  /** The tally of a run that is over, to which only deletions can be added. */
  static of(statistics: RunStatistics): RunTally {
    const tally = new RunTally();
    tally.base = statistics;
    return tally;
  }

  addPage(page: PageShown): void {
    this.pages += 1;
    for (const name of CLASSES) {
      for (const id of page[name]) {
        const known = this.contacts.get(id);
        if (known === undefined || CLASSES.indexOf(name) > CLASSES.indexOf(known))
          this.contacts.set(id, name);
      }
    }
    for (const name of page.tombstones) this.tombstones.add(name);
    for (const key of page.quarantined) this.quarantined.add(key);
  }

  /** Whether any page told of a deletion. */
  get sawTombstones(): boolean {
    return this.tombstones.size > 0;
  }

  /** @param count ContactDeleted events that were appended for this reason */
  addDeletions(reason: DeletionReason, count: number): void {
    this.deleted += count;
    if (reason === 'deleted-in-google') this.effectiveTombstones += count;
  }

  statistics(): RunStatistics {
    const count = { created: 0, updated: 0, unchanged: 0 };
    for (const name of this.contacts.values()) count[name] += 1;
    const { base } = this;
    return {
      total_fetched: base.total_fetched + this.contacts.size + this.tombstones.size + this.quarantined.size,
      created: base.created + count.created,
      updated: base.updated + count.updated,
      deleted: base.deleted + this.deleted,
      unchanged:
        base.unchanged + count.unchanged + Math.max(0, this.tombstones.size - this.effectiveTombstones),
      errors: base.errors + this.quarantined.size,
      pages: base.pages + this.pages,
    };
  }
}
