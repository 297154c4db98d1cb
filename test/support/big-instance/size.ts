/** How much a filled instance holds. */
export interface Size {
  readonly accounts: number;
  /** Of the largest account; a hundred pages of its list. */
  readonly contacts: number;
  /** Of the run that changes the most. */
  readonly events: number;
  /** Of the contact that has the most. */
  readonly versions: number;
  /** Characters of its biography. */
  readonly biography: number;
  /** Deletions that wait for a person. */
  readonly held: number;
  readonly deadLetters: number;
  readonly auditEntries: number;
}

export const FULL: Size = {
  accounts: 10_000,
  contacts: 100_000,
  events: 5_000,
  versions: 400,
  biography: 2_000_000,
  held: 2_211,
  deadLetters: 30,
  auditEntries: 5_000,
};

/** Of the same kinds, for suites. */
export const SMALL: Size = {
  accounts: 200,
  contacts: 600,
  events: 60,
  versions: 5,
  biography: 20_000,
  held: 60,
  deadLetters: 3,
  auditEntries: 50,
};
