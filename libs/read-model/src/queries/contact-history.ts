import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ChangedField, type ContactEvent, DETAIL_FIELDS } from '#contact';
import { type ContactView, foldContact, readContactEvent } from '#contact-events';
import { accountOfStream, isWhole, readPage, readStreamEnd, type StoredEvent } from '#event-store';
import { fitting, isUuid, LARGEST_PAGE_BYTES } from '#platform';

import { contactDocument } from '../projection/contact-row.js';
import { cursorBehind, type HistoryPage, type HistoryRequest, versionsBehind } from './history-cursor.js';
import { type PastContact, type ShownHistory } from './shown-contacts.js';

/** One change of a contact, with what its fields were and became. */
export interface HistoryItem {
  readonly version: number;
  readonly type: ContactEvent['type'];
  /** For ContactUpdated. */
  readonly change?: string;
  /** For ContactDeleted. */
  readonly reason?: string;
  readonly changedFields: readonly ChangedField[];
  /** The changed fields before; for created and restored all that were set; null where there was nothing. */
  readonly before: Partial<ContactView> | null;
  readonly after: Partial<ContactView> | null;
  readonly recordedAt: string;
  readonly runId: string;
  /** Only where what changed was removed at the end of its time, and can no longer be read. */
  readonly detailsRemoved?: true;
}

/** The events that tell what a contact is: the last one, and what a deletion deleted. */
const TELLING = 2;

/** A contact's past, read from its stream in the event log. */
export class ContactHistory implements ShownHistory {
  constructor(private readonly em: SqlEntityManager) {}

  async accountOf(contactId: string): Promise<string | null> {
    return isUuid(contactId) ? accountOfStream(this.em.fork(), contactId) : null;
  }

  /**
   * Changes of a contact, oldest first unless asked for otherwise; null when there is no such contact.
   *
   * @throws CodedError invalid-cursor
   */
  async of(contactId: string, request: HistoryRequest): Promise<HistoryPage | null> {
    const em = this.em.fork();
    const versions = versionsBehind(request);
    const accountId = await accountOfStream(em, contactId);
    if (accountId === null) return null;
    const page = { streamId: contactId, limit: request.limit, bytes: LARGEST_PAGE_BYTES, ...versions };
    const { events, hasMore } = await readPage(em, page);
    const forwards = versions.isBackwards ? events.toReversed() : events;
    const upToVersion = (forwards[0]?.version ?? 1) - 1;
    const earlier = { streamId: contactId, upToVersion, limit: TELLING };
    const before = upToVersion === 0 ? null : folded(await readStreamEnd(em, earlier));
    const told = itemsOf(forwards, before);
    // The newest one is told by all that are older.
    const items = fitting(versions.isBackwards ? [...told].toReversed() : told);
    return { accountId, items, nextCursor: cursorBehind(request, events, items.length, hasMore) };
  }

  /** The change that an event would make, or made, if it is the next one of its contact, or was. */
  async changeBy(event: ContactEvent): Promise<HistoryItem> {
    const end = { streamId: event.contactId, upToVersion: event.version - 1, limit: TELLING };
    const before = event.version === 1 ? null : folded(await readStreamEnd(this.em.fork(), end));
    return historyItem(before, event, foldContact(before, event));
  }

  /** The contact as it was at that time; null when it did not exist yet. */
  async asOf(contactId: string, time: Date): Promise<PastContact | null> {
    const em = this.em.fork();
    // Of one of which nothing is left but skeletons, nothing is known.
    const accountId = await accountOfStream(em, contactId);
    if (accountId === null) return null;
    const events = await readStreamEnd(em, { streamId: contactId, upToTime: time, limit: TELLING });
    if (events.length === 0) return null;
    const view = folded(events);
    return { accountId, document: view === null ? null : contactDocument(view) };
  }
}

/** JSON of each {@link HistoryItem}. */
function* itemsOf(events: readonly StoredEvent[], before: ContactView | null): Generator<string> {
  let view = before;
  for (const stored of events) {
    const former = view;
    view = foldStored(former, stored);
    const item = isWhole(stored)
      ? historyItem(former, readContactEvent(stored.type, stored.data), view)
      : skeletonItem(stored);
    yield JSON.stringify(item);
  }
}

function folded(events: readonly StoredEvent[]): ContactView | null {
  return events.reduce<ContactView | null>(foldStored, null);
}

/** @returns null behind a skeleton: what it told is not known any more */
function foldStored(view: ContactView | null, stored: StoredEvent): ContactView | null {
  return isWhole(stored) ? foldContact(view, readContactEvent(stored.type, stored.data)) : null;
}

function skeletonItem({ version, type, occurredAt, runId }: StoredEvent): HistoryItem {
  return {
    version,
    type: type as ContactEvent['type'],
    changedFields: [],
    before: null,
    after: null,
    recordedAt: occurredAt,
    runId,
    detailsRemoved: true,
  };
}

function historyItem(
  before: ContactView | null,
  event: ContactEvent,
  after: ContactView | null,
): HistoryItem {
  const fact = {
    version: event.version,
    type: event.type,
    recordedAt: event.occurredAt,
    runId: event.runId,
  };
  switch (event.type) {
    case 'ContactUpdated': {
      const appeared = event.change === 'created' || event.change === 'restored';
      const fields = appeared ? ['resourceName' as const, ...DETAIL_FIELDS] : event.changedFields;
      return {
        ...fact,
        change: event.change,
        changedFields: event.changedFields,
        before: appeared ? null : pick(before, fields),
        after: pick(after, fields),
      };
    }
    case 'ContactDeleted':
      return {
        ...fact,
        reason: event.reason,
        changedFields: [],
        before: pick(before, ['resourceName', ...DETAIL_FIELDS]),
        after: null,
      };
  }
}

function pick(view: ContactView | null, fields: readonly ChangedField[]): Partial<ContactView> | null {
  return view === null ? null : Object.fromEntries(fields.map((field) => [field, view[field]]));
}
