import { presentPerson, type Presentation } from '../persons/present-person.js';
import { type Account } from '../storage/account-store.js';
import { type PersonStore, type PersonVersion } from '../storage/person-store.js';
import { type ConnectionParameters } from './connection-parameters.js';
import { type ListPosition, type ListTokens } from './list-tokens.js';
import { sortedPage } from './sorted-page.js';

/** One page of people.connections.list. Its persons are JSON texts, so that a fault can add invalid ones. */
export interface ConnectionsPage {
  readonly connections: string[];
  nextPageToken?: string;
  nextSyncToken?: string;
  totalItems?: number;
}

/** Where a request is in its list: known before the page is made, because faults are chosen by it. */
export function openList(
  account: Account,
  parameters: ConnectionParameters,
  tokens: ListTokens,
  now: number,
): ListPosition {
  const { pageToken, syncToken } = parameters;
  const mark =
    syncToken === undefined ? undefined : tokens.openSyncToken(account, parameters, syncToken, now);
  if (pageToken !== undefined) return tokens.openPageToken(account, parameters, pageToken, now);
  const begin = { page: 1, asOf: account.sequence, total: account.live };
  if (mark === undefined) return { ...begin, since: null, cursor: 0, fullAt: now };
  return { ...begin, since: mark.since, cursor: mark.since, fullAt: mark.fullAt };
}

/**
 * The page at this position: at most `pageSize` persons, then a page token or, on the last page of a list
 * with a sync token given or asked for, the next sync token.
 */
export function listConnections(
  account: Account,
  parameters: ConnectionParameters,
  position: ListPosition,
  persons: PersonStore,
  tokens: ListTokens,
  shuffleSeed: number,
  now: number,
): ConnectionsPage {
  const { pageSize } = parameters;
  const found = versionsFrom(account, parameters, position, persons);
  const shown = found.slice(0, pageSize);
  const how = presentationOf(parameters, position, shuffleSeed);
  const page: ConnectionsPage = {
    connections: shown.map((version) => JSON.stringify(presentPerson(account, version, how))),
  };
  const last = shown.at(-1);
  if (found.length > pageSize && last !== undefined) {
    const next = { ...position, page: position.page + 1, cursor: cursorAfter(parameters, position, last) };
    page.nextPageToken = tokens.pageToken(account, parameters, next, now);
  } else if (parameters.requestSyncToken || parameters.syncToken !== undefined) {
    page.nextSyncToken = tokens.syncToken(account, parameters, position);
  }
  if (position.since === null) page.totalItems = listsContacts(parameters) ? position.total : 0;
  return page;
}

export function presentationOf(
  { fields, sources }: ConnectionParameters,
  position: ListPosition,
  shuffleSeed: number,
): Presentation {
  const withProfile = sources.includes('READ_SOURCE_TYPE_PROFILE');
  return { fields, withProfile, incremental: position.since !== null, shuffleSeed };
}

/** One more than the page needs, to tell whether another page follows. */
function versionsFrom(
  account: Account,
  parameters: ConnectionParameters,
  { asOf, since, cursor }: ListPosition,
  persons: PersonStore,
): PersonVersion[] {
  const { pageSize, sortOrder, fields } = parameters;
  if (!listsContacts(parameters)) return [];
  if (sortOrder !== undefined) return sortedPage(account, persons, sortOrder, asOf, cursor, pageSize + 1);
  if (since === null) return persons.liveFrom(account, asOf, cursor, pageSize + 1);
  return persons.changedBetween(account, cursor, asOf, fields.includes('metadata'), pageSize + 1);
}

function cursorAfter(
  { sortOrder, pageSize }: ConnectionParameters,
  position: ListPosition,
  last: PersonVersion,
): number {
  if (sortOrder !== undefined) return position.cursor + pageSize;
  return position.since === null ? last.position + 1 : last.sequence;
}

/** Every connection of the simulator is a contact, some with a profile merged into it. */
function listsContacts({ sources }: ConnectionParameters): boolean {
  return sources.includes('READ_SOURCE_TYPE_CONTACT');
}
