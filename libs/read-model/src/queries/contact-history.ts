import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ChangedField, type ContactEvent, DETAIL_FIELDS } from '#contact';
import { type ContactView, foldContact, readContactEvent } from '#contact-events';
import { accountOfStream, isWhole, readStream, type StoredEvent } from '#event-store';
import { isUuid } from '#platform';

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

/** A contact at a time. */
export interface PastContact {
  readonly accountId: string;
  /** null: its details were removed since, and can no longer be read. */
  readonly view: ContactView | null;
}

/** A contact's past, read from its stream in the event log. */
export class ContactHistory {
  constructor(private readonly em: SqlEntityManager) {}

  async accountOf(contactId: string): Promise<string | null> {
    return isUuid(contactId) ? accountOfStream(this.em.fork(), contactId) : null;
  }

  /** Every change of a contact, oldest first; null when there is no such contact. */
  async of(contactId: string): Promise<{ accountId: string; items: HistoryItem[] } | null> {
    const events = await this.events(contactId);
    const accountId = events.at(-1)?.accountId;
    if (accountId === undefined) return null;
    let view: ContactView | null = null;
    const items = events.map((stored): HistoryItem => {
      const before: ContactView | null = view;
      view = foldStored(before, stored);
      return isWhole(stored)
        ? historyItem(before, readContactEvent(stored.type, stored.data), view)
        : skeletonItem(stored);
    });
    return { accountId, items };
  }

  /** The contact as it was at that time; null when it did not exist yet. */
  async asOf(contactId: string, time: Date): Promise<PastContact | null> {
    const events = await this.events(contactId);
    const until = events.filter(({ occurredAt }) => Date.parse(occurredAt) <= time.getTime());
    const last = until.at(-1);
    if (last === undefined) return null;
    return { accountId: last.accountId, view: until.reduce<ContactView | null>(foldStored, null) };
  }

  /** None where nothing of it is left but skeletons: then nothing is known of the contact any more. */
  private async events(contactId: string): Promise<StoredEvent[]> {
    const stored = await readStream(this.em.fork(), contactId);
    return stored.some(isWhole) ? stored : [];
  }
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
