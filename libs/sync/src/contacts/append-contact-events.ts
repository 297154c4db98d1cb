import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactEvent, type ContactHead } from '#contact';
import { contactEventData } from '#contact-events';
import { appendEvents } from '#event-store';

/**
 * Appends contact events to the log: the last statement of a writing transaction.
 *
 * @param heads after the events, for the source ids that are not published but needed to rebuild the heads
 * @returns the position of the last one; null when there are none
 */
export async function appendContactEvents(
  em: SqlEntityManager,
  events: readonly ContactEvent[],
  heads: readonly ContactHead[],
): Promise<bigint | null> {
  const sources = new Map(heads.map((head) => [head.contactId, head.sourceIds]));
  return appendEvents(
    em,
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
