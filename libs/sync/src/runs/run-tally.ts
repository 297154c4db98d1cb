import { type DeletionReason, keysOf, type PersonIdentity, type SightOutcome } from '#contact';

import { type Absences, NO_STATISTICS, type RunStatistics } from './run.entity.js';

/** What one page showed, of a list or of answers. */
export interface PageShown {
  /** Ids of contacts, by what became of them. */
  readonly created: readonly string[];
  readonly updated: readonly string[];
  readonly unchanged: readonly string[];
  /** Resource names of deleted persons. */
  readonly tombstones: readonly string[];
  /** Keys of persons that were not understood. */
  readonly quarantined: readonly string[];
  /** Those keys of earlier pages whose persons this page shows in a form that is understood. */
  readonly understood: readonly string[];
}

/** What Google said of contacts that it was asked about; ids. */
export interface AnswersShown {
  readonly alive: readonly string[];
  readonly gone: readonly string[];
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
  private readonly alive = new Set<string>();
  private readonly gone = new Set<string>();
  private readonly answeredWith = new Set<string>();
  private readonly deletions = new Map<DeletionReason, number>();
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
    this.add(page);
  }

  /** Answers are no page of the list, but show persons as one does. */
  addAnswers(page: PageShown, { alive, gone }: AnswersShown): void {
    this.add(page);
    for (const id of contactsShown(page)) this.answeredWith.add(id);
    for (const id of alive) this.alive.add(id);
    for (const id of gone) this.gone.add(id);
  }

  private add(page: PageShown): void {
    for (const name of CLASSES) {
      for (const id of page[name]) {
        const known = this.contacts.get(id);
        if (known === undefined || CLASSES.indexOf(name) > CLASSES.indexOf(known))
          this.contacts.set(id, name);
      }
    }
    for (const name of page.tombstones) this.tombstones.add(name);
    for (const key of page.quarantined) this.quarantined.add(key);
    for (const key of page.understood) this.quarantined.delete(key);
  }

  /** The keys of persons that were not understood, and that these persons show. */
  nowUnderstood(persons: readonly PersonIdentity[]): string[] {
    if (this.quarantined.size === 0) return [];
    const keys = new Set(persons.flatMap(keysOf));
    return [...this.quarantined].filter((key) => keys.has(key));
  }

  /** Whether any page told of a deletion. */
  get sawTombstones(): boolean {
    return this.tombstones.size > 0;
  }

  /** @param count ContactDeleted events that were appended for this reason */
  addDeletions(reason: DeletionReason, count: number): void {
    this.deletions.set(reason, this.deletionsFor(reason) + count);
  }

  private deletionsFor(reason: DeletionReason): number {
    return this.deletions.get(reason) ?? 0;
  }

  /** @param unanswered ids of contacts that Google said nothing of, or nothing that is still good */
  absences(unanswered: readonly string[]): Absences {
    // Whose name led to nobody may have been answered with under another one all the same.
    const alive = new Set(
      [...this.alive, ...this.gone].filter((id) => this.alive.has(id) || this.answeredWith.has(id)),
    );
    const others = new Set([...alive, ...unanswered]);
    const gone = [...this.gone].filter((id) => !others.has(id)).length;
    return {
      asked: gone + alive.size + unanswered.length,
      gone,
      alive: alive.size,
      unanswered: unanswered.length,
    };
  }

  statistics(): RunStatistics {
    const count = { created: 0, updated: 0, unchanged: 0 };
    for (const name of this.contacts.values()) count[name] += 1;
    const { base } = this;
    const [told, notListed, merged] = [
      this.deletionsFor('deleted-in-google'),
      this.deletionsFor('absent-from-full-sync'),
      this.deletionsFor('merged'),
    ];
    // One tombstone may mean two contacts that bear its name.
    const tombstones = Math.max(this.tombstones.size, told);
    return {
      total_fetched: base.total_fetched + this.contacts.size + tombstones + this.quarantined.size,
      created: base.created + count.created,
      updated: base.updated + count.updated,
      deleted: base.deleted + told + notListed + merged,
      not_listed: base.not_listed + notListed,
      merged: base.merged + merged,
      unchanged: base.unchanged + count.unchanged + tombstones - told,
      errors: base.errors + this.quarantined.size,
      pages: base.pages + this.pages,
    };
  }
}
