/** One page of a list of persons, asked for in the way the whole list was begun. */
export interface PeoplePageRequest {
  /** From 1 to 1000; the same on every page of a list. */
  readonly pageSize: number;
  readonly pageToken: string | null;
  /** Given: only what changed since the token was issued, deletions included. Sent on every page. */
  readonly syncToken: string | null;
}

export interface PeoplePage {
  /** Raw persons, of whatever shape Google sent. */
  readonly persons: readonly unknown[];
  /** null on the last page. */
  readonly nextPageToken: string | null;
  /** On the last page only; null there means that the list is not complete. */
  readonly nextSyncToken: string | null;
  /** How many persons Google says the whole list has; null where it does not say. */
  readonly totalItems: number | null;
}

/** The people that one account can list. */
export interface PeopleSource {
  /**
   * @throws GoogleError one of its classes; retries for what passes by itself have been made already
   */
  fetchPage(request: PeoplePageRequest, signal: AbortSignal): Promise<PeoplePage>;
}

/** Opens the source of an account that has signed in. */
export interface PeopleSources {
  open(refreshToken: string): PeopleSource;
  /** Tells requests apart whose tokens are not interchangeable (personFields, sources, page size). */
  readonly requestFingerprint: string;
  readonly pageSize: number;
}
