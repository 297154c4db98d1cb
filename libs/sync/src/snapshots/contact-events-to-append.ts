import { type ContactEvent, type ContactSnapshot } from '#contact';
import { contactEventData } from '#contact-events';
import { eventsToAppend } from '#event-store';
import { type Change } from '#platform';

/**
 * Appends contact events to the log, as {@link eventsToAppend} does.
 *
 * @param snapshots after the events, for the source ids that are not published but needed to rebuild the snapshots
 */
export function contactEventsToAppend(
  events: readonly ContactEvent[],
  snapshots: readonly ContactSnapshot[],
): Change[] {
  const sources = new Map(snapshots.map((snapshot) => [snapshot.contactId, snapshot.sourceIds]));
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
