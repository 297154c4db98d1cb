import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ChangedField, type ContactEvent, DETAIL_FIELDS } from '#contact';
import { type ContactView, foldContact, readContactEvent } from '#contact-events';
import { isWhole, readStream } from '#event-store';

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
}

/** A contact's past, read from its stream in the event log. */
export class ContactHistory {
  constructor(private readonly em: SqlEntityManager) {}

  /** Every change of a contact, oldest first; null when there is no such contact. */
  async of(contactId: string): Promise<{ accountId: string; items: HistoryItem[] } | null> {
    const events = await this.events(contactId);
    const accountId = events.at(-1)?.accountId;
    if (accountId === undefined) return null;
    let view: ContactView | null = null;
    const items = events.map((event) => {
      const before: ContactView | null = view;
      view = foldContact(view, event);
      return historyItem(before, event, view);
    });
    return { accountId, items };
  }

  /** The contact as it was at that time; null when it did not exist yet. */
  async asOf(contactId: string, time: Date): Promise<ContactView | null> {
    return (await this.events(contactId))
      .filter((event) => Date.parse(event.occurredAt) <= time.getTime())
      .reduce<ContactView | null>(foldContact, null);
  }

  private async events(contactId: string): Promise<ContactEvent[]> {
    const stored = await readStream(this.em.fork(), contactId);
    return stored.filter(isWhole).map(({ type, data }) => readContactEvent(type, data));
  }
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
