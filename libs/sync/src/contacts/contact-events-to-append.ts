import { type ContactEvent, type ContactHead } from '#contact';
import { contactEventData } from '#contact-events';
import { eventsToAppend } from '#event-store';
import { type Change } from '#platform';

/**
 * Appends contact events to the log, as {@link eventsToAppend} does.
 *
 * @param heads after the events, for the source ids that are not published but needed to rebuild the heads
 */
export function contactEventsToAppend(
  events: readonly ContactEvent[],
  heads: readonly ContactHead[],
): Change[] {
  const sources = new Map(heads.map((head) => [head.contactId, head.sourceIds]));
  return eventsToAppend(
    events.map((event) => ({
      streamId: event.contactId,
      version: event.version,
      accountId: event.accountId,
      type: event.type,
      data: contactEventData(event),
      metadata: { sourceIds: sources.get(event.contactId) ?? [] },
      runId: event.runId,
      occurredAt: event.occurredAt,
    })),
  );
}
