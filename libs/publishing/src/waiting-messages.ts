import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactMessage } from '#contact-events';
import { isWhole, readStream } from '#event-store';

import { eventMessage, stateMessage } from './relay-batch.js';
import { type Checkpoint, type RelayTopics } from './relay-topics.js';
import { type RequestedContact } from './waiting-contacts.js';

/**
 * What is to be sent, by topic and in order, so that nothing waits for a contact any more: of the state topic its latest
 * state alone. What was refused is among them for a replay, and not if it is discarded.
 *
 * @param upTo later events are yet to be sent
 */
export async function waitingMessages(
  em: SqlEntityManager,
  { contactId, from, requested }: RequestedContact,
  upTo: Checkpoint,
  publicUrl: string,
): Promise<Record<keyof RelayTopics, ContactMessage[]>> {
  const stream = await readStream(em, contactId);
  const waiting = (role: keyof RelayTopics) =>
    stream.filter(({ position }) => {
      const first = from[role];
      if (first === null || position > upTo[role]) return false;
      return requested === 'replay' ? position >= first : position > first;
    });
  return {
    events: waiting('events')
      .filter(isWhole)
      .map((event) => eventMessage(event, publicUrl)),
    state: waiting('state')
      .slice(-1)
      .map((event) => stateMessage(event, publicUrl))
      .filter((message) => message !== null),
  };
}
