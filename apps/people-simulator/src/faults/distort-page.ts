import { type ConnectionsPage } from '../people-api/list-connections.js';
import { type StruckFaults } from './fault-book.js';

/** What a fault needs to know about the list that the page belongs to. */
export interface PageSurroundings {
  /** A page token that leads to this very page again. */
  readonly samePageToken: () => string;
  /** A page token that leads to this page's persons under the next page number. */
  readonly laterPageToken: () => string;
  /** The JSON text of a person of the account. */
  readonly personText: (resourceName: string) => string | undefined;
}

/** Applies the faults that change what a page of connections says. */
export function distortPage(
  page: ConnectionsPage,
  faults: StruckFaults,
  around: PageSurroundings,
): ConnectionsPage {
  let distorted: ConnectionsPage = { ...page, connections: [...page.connections] };
  const total = page.totalItems === undefined ? {} : { totalItems: page.totalItems };
  if (faults.one('empty-page'))
    distorted = { connections: [], nextPageToken: around.laterPageToken(), ...total };
  for (const { resourceName } of faults.all('repeat-person')) {
    const text = resourceName === undefined ? distorted.connections[0] : around.personText(resourceName);
    if (text !== undefined) distorted.connections.push(text);
  }
  for (const { resourceNames, every } of faults.all('hide-persons')) {
    const isHidden = (text: string, index: number): boolean =>
      resourceNames?.includes((JSON.parse(text) as { resourceName: string }).resourceName) ??
      index % every === 0;
    const left = distorted.connections.filter((text, index) => !isHidden(text, index));
    distorted = { ...distorted, connections: left };
  }
  for (const { persons, at } of faults.all('replace-person')) {
    const texts = persons.map((person) => (typeof person === 'string' ? person : JSON.stringify(person)));
    distorted.connections.splice(at ?? distorted.connections.length, texts.length, ...texts);
  }
  if (faults.one('truncate')) {
    delete distorted.nextPageToken;
    delete distorted.nextSyncToken;
  }
  if (faults.one('loop-page-token')) {
    distorted.nextPageToken = around.samePageToken();
    delete distorted.nextSyncToken;
  }
  return distorted;
}
