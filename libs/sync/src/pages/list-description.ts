import { type DeletedPerson, type PersonIdentity, type SeenPerson } from '#contact';
import { type GoogleList } from '#google-people';
import { type Change } from '#platform';

import { type QuarantinedPerson } from '../quarantine/quarantined-person.js';
import { type RunContext } from '../runs/run-context.js';
import { type PageShown } from '../runs/run-tally.js';
import { type ListName } from '../runs/sync-list.entity.js';

/** A person that a page shows. */
export interface ShownPerson extends PersonIdentity {
  /** Of the person as it came. */
  readonly rawHash: string;
  /** Reads the rest of it, unless that was done already. */
  readonly understand: (identity: PersonIdentity) => SeenPerson | QuarantinedPerson;
}

/** The items of a page, as far as the page itself tells. */
export interface ReadPage {
  /** {@link ListDescription.decide} takes them out, so that they can be freed before the page is stored. */
  readonly shown: ShownPerson[];
  readonly deleted: readonly DeletedPerson[];
  /** Who they are cannot be told. */
  readonly quarantined: readonly QuarantinedPerson[];
  /** Ids of the contacts that Google was asked about, by the name of the person that it answered with. */
  readonly askedAbout?: ReadonlyMap<string, readonly string[]>;
}

/** What a page means, to be stored in one statement. */
export interface DecidedPage {
  readonly shown: PageShown;
  readonly quarantined: readonly QuarantinedPerson[];
  /** All that its persons were called before: a tombstone under such a name is no deletion. */
  readonly previousNames: readonly string[];
  /** How many contacts were merged into others. */
  readonly merged: number;
  /** How many events it makes. */
  readonly events: number;
  /** The append of them; none without events. */
  readonly appended: readonly Change[];
  /** Everything else that it changes. */
  readonly changes: readonly Change[];
}

/**
 * What makes one of Google's lists different from the others: how it is asked for, who its items are, and what they
 * mean. Pages, progress, deletions and the end of a run are the same for all.
 */
export interface ListDescription {
  readonly name: ListName;
  readonly source: GoogleList;

  /**
   * Tells who the items of a page are; one of whom that cannot be told stops nothing. It lets others have their turn in
   * between, so that the page before is stored meanwhile.
   *
   * @param isFirst nobody was known before this list, so all will have to be understood
   */
  read(items: readonly unknown[], isFirst?: boolean): Promise<ReadPage>;

  /** Decides by what is stored, which nobody else changes while the run has its lease. */
  decide(context: RunContext, page: ReadPage): Promise<DecidedPage>;
}
