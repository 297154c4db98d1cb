import { type ContactRecord, EventNotUnderstood, readContactEvent } from '#contact-events';
import { type StoredEvent } from '#event-store';

/** The events up to the first that cannot be read, and why it cannot. */
export function readableEvents(events: readonly StoredEvent[]): {
  readonly records: ContactRecord[];
  readonly failure: EventNotUnderstood | null;
} {
  const records: ContactRecord[] = [];
  for (const { position, type, data } of events) {
    try {
      records.push({ position, event: readContactEvent(type, data) });
    } catch (error) {
      if (!(error instanceof EventNotUnderstood)) throw error;
      return { records, failure: error };
    }
  }
  return { records, failure: null };
}
