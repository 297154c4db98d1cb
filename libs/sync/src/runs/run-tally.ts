import { type DeletionReason, type SightOutcome } from '#contact';

import { NO_STATISTICS, type RunStatistics } from './run.entity.js';

/** One letter an outcome, as sync_run_pages keeps them, from the least to the most that can be said of a contact. */
const LETTERS = {
  unchanged: 'u',
  updated: 'e',
  renamed: 'n',
  restored: 'r',
  created: 'c',
} as const satisfies Record<SightOutcome, string>;
const RANK = Object.values(LETTERS).join('');

/** What one page showed. */
export interface PageShown {
  readonly contactIds: readonly string[];
  /** A letter for each contact id. */
  readonly outcomes: string;
  /** Resource names of deleted persons. */
  readonly tombstones: readonly string[];
  /** Keys of persons that were not understood. */
  readonly quarantined: readonly string[];
}

export function outcomeLetters(outcomes: ReadonlyMap<string, SightOutcome>): string {
  return [...outcomes.values()].map((outcome) => LETTERS[outcome]).join('');
}

/** The letters of so many contacts that did not change. */
export function unchanged(count: number): string {
  return LETTERS.unchanged.repeat(count);
}

/** Counts over all pages and epochs of a run, each person once: the most that happened to it is what counts. */
export class RunTally {
  private readonly letters = new Map<string, string>();
  private readonly tombstones = new Set<string>();
  private readonly quarantined = new Set<string>();
  private deleted = 0;
  private effectiveTombstones = 0;
  private pages = 0;
  private base: RunStatistics = NO_STATISTICS;

  addPage(page: PageShown): void {
    this.pages += 1;
    page.contactIds.forEach((id, index) => {
      const letter = page.outcomes[index] ?? LETTERS.unchanged;
      const known = this.letters.get(id);
      if (known === undefined || RANK.indexOf(letter) > RANK.indexOf(known)) this.letters.set(id, letter);
    });
    for (const name of page.tombstones) this.tombstones.add(name);
    for (const key of page.quarantined) this.quarantined.add(key);
  }

  /** The tally of a run that is over, to which only deletions can be added. */
  static of(statistics: RunStatistics): RunTally {
    const tally = new RunTally();
    tally.base = statistics;
    return tally;
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
    const count = { u: 0, e: 0, n: 0, r: 0, c: 0 };
    for (const letter of this.letters.values()) count[letter as keyof typeof count] += 1;
    return {
      total_fetched:
        this.base.total_fetched + this.letters.size + this.tombstones.size + this.quarantined.size,
      created: this.base.created + count.c + count.r,
      updated: this.base.updated + count.e + count.n,
      deleted: this.base.deleted + this.deleted,
      unchanged: this.base.unchanged + count.u + Math.max(0, this.tombstones.size - this.effectiveTombstones),
      errors: this.base.errors + this.quarantined.size,
      pages: this.base.pages + this.pages,
    };
  }
}
