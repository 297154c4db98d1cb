import { type Grant } from './grant.js';
import { type GooglePersons } from './google-persons.js';
import { type GoogleList } from './lists/google-list.js';
import { type RequestWatch } from './request-watch.js';

/** One page of a list, asked for in the way the whole list was begun. */
export interface PeoplePageRequest {
  /** From 1 to 1000; the same on every page of a list. */
  readonly pageSize: number;
  readonly pageToken: string | null;
  /** Given: only what changed since the token was issued, deletions included. Sent on every page. */
  readonly syncToken: string | null;
}

export interface PeoplePage {
  /** Of whatever shape Google sent. */
  readonly items: readonly unknown[];
  /** null on the last page. */
  readonly nextPageToken: string | null;
  /** On the last page only; null there means that the list is not complete. */
  readonly nextSyncToken: string | null;
  /** How many items Google says the whole list has; null where it does not say. */
  readonly totalItems: number | null;
}

/** At most so many names are asked for at once: https://developers.google.com/people/api/rest/v1/people/getBatchGet */
export const MOST_NAMES = 200;

/** What Google says of one name that it was asked for. */
export type NameAnswer =
  | { readonly kind: 'alive'; readonly person: unknown }
  /** There is nobody of that name, or nobody who is still in the address book. */
  | { readonly kind: 'gone' }
  /** Nothing that says the one or the other. */
  | { readonly kind: 'unknown' };

/** One of Google's lists, as one account sees it. */
export interface PeopleSource {
  /**
   * @throws GoogleError one of its classes; retries for what passes by itself have been made already
   */
  fetchPage(request: PeoplePageRequest, signal: AbortSignal, watch?: RequestWatch): Promise<PeoplePage>;
  /**
   * Asks for items by their names.
   *
   * @param names different ones, from 1 to {@link MOST_NAMES}
   * @returns an answer for each of them
   * @throws as {@link fetchPage}, whose retries it shares
   */
  lookUp(
    names: readonly string[],
    signal: AbortSignal,
    watch?: RequestWatch,
  ): Promise<ReadonlyMap<string, NameAnswer>>;
}

/** Opens the lists of accounts that have signed in, and tells whose they are. */
export interface PeopleSources extends GooglePersons {
  open(grant: Grant, list: GoogleList): PeopleSource;
  /** Items a page. */
  readonly pageSize: number;
}
