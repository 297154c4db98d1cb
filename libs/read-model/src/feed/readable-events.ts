import { type ContactRecord, EventNotUnderstood, readContactEvent } from '#contact-events';
import { isWhole, type StoredEvent } from '#event-store';

/** The events up to the first that cannot be read, and why it cannot; skeletons are passed. */
export function readableEvents(events: readonly StoredEvent[]): {
  readonly records: ContactRecord[];
  /** How many of the events were read or passed. */
  readonly count: number;
  readonly failure: EventNotUnderstood | null;
} {
  const records: ContactRecord[] = [];
  for (const [count, event] of events.entries()) {
    if (!isWhole(event)) continue;
    const { position, type, data } = event;
    try {
      records.push({ position, event: readContactEvent(type, data) });
    } catch (error) {
      if (!(error instanceof EventNotUnderstood)) throw error;
      return { records, count, failure: error };
    }
  }
  return { records, count: events.length, failure: null };
}
