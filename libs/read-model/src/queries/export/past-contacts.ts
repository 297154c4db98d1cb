import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactView, foldContact, readContactEvent } from '#contact-events';
import { isWhole, lastPosition, latestAt, readEventsWithin, type StoredEvent } from '#event-store';
import { LARGEST_PAGE_BYTES } from '#platform';

import { contactDocument } from '../../projection/contact-row.js';
import { phoneColumns, type Search, searchText } from '../../projection/search-text.js';
import { type ContactFilter } from './contacts-by-id.sql.js';

/** Events that a step looks at. */
const EVENTS = 2_000;

/**
 * Contacts as they were at a time, folded from the log, each once, in parts; neither memory nor a connection is held between
 * two of them. All are of one moment, however long it takes: the log only grows. What was deleted since, and removed at the
 * end of its time, is not among them.
 */
export async function* pastContacts(
  em: SqlEntityManager,
  filter: ContactFilter,
  time: Date,
): AsyncGenerator<readonly string[]> {
  const upTo = await lastPosition(em.fork());
  const { accountId, includeDeleted: withEnded } = filter;
  for (let after = 0n; ;) {
    const part = { time, upTo, after, accountId, withEnded, events: EVENTS };
    const { positions, last } = await latestAt(em.fork(), part);
    if (last === null) return;
    after = last;
    for await (const views of foldedAt(em, positions)) {
      const wanted = views.filter((view) => isWanted(view, filter));
      if (wanted.length > 0) yield wanted.map(contactDocument);
    }
  }
}

/** @param positions of events, those of a contact one after the other */
async function* foldedAt(
  em: SqlEntityManager,
  positions: readonly bigint[],
): AsyncGenerator<readonly ContactView[]> {
  let rest = positions;
  // What is read ends anywhere: the last contact waits for what may come of it.
  let open: ContactView | null = null;
  while (rest.length > 0) {
    const events: StoredEvent[] = await readEventsWithin(em.fork(), rest, LARGEST_PAGE_BYTES);
    const last = events.at(-1)?.position;
    // An account that is erased meanwhile takes its events with it.
    rest = last === undefined ? [] : rest.slice(rest.indexOf(last) + 1);
    const views: ContactView[] = [];
    for (const event of events.filter(isWhole)) {
      if (open !== null && open.id !== event.streamId) {
        views.push(open);
        open = null;
      }
      open = foldContact(open, readContactEvent(event.type, event.data));
    }
    if (rest.length === 0 && open !== null) views.push(open);
    yield views;
  }
}

/** As the columns of the read model are searched. */
function isWanted(view: ContactView, { search, group }: ContactFilter): boolean {
  return (group === undefined || view.groups.includes(group)) && (search === null || matches(view, search));
}

function matches(view: ContactView, { words, digits }: Search): boolean {
  const text = searchText(view);
  if (words.every((word) => text.includes(word))) return true;
  const { phoneDigits } = phoneColumns(view);
  return digits.some((number) => phoneDigits.includes(number));
}
