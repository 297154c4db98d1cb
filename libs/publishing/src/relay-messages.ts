import { type ContactMessage, toKafkaMessage } from '#contact-events';
import { type StoredEvent } from '#event-store';

import { type TopicMessages } from './event-publisher.js';

export interface RelayTopics {
  /** Every event. */
  readonly events: string;
  /** Each contact's latest state, compacted. */
  readonly state: string;
}

/**
 * What the topics are to hold of a part of the log, in its order. The state topic gets one message a contact, of its
 * latest event here.
 *
 * @param after what each topic holds already
 * @param publicUrl the service's own URL, for `dataschema`
 */
export function relayMessages(
  events: readonly StoredEvent[],
  after: Readonly<Record<keyof RelayTopics, bigint>>,
  topics: RelayTopics,
  publicUrl: string,
): TopicMessages[] {
  const messages: ContactMessage[] = [];
  const states = new Map<string, ContactMessage>();
  for (const event of events) {
    const message = eventMessage(event, publicUrl);
    if (event.position > after.events) messages.push(message);
    if (event.position > after.state) states.set(message.key, asState(event, message));
  }
  return [
    { topic: topics.events, messages },
    { topic: topics.state, messages: [...states.values()] },
  ].filter((batch) => batch.messages.length > 0);
}

/** What the state topic holds of a contact whose latest event this is. */
export function stateMessage(event: StoredEvent, publicUrl: string): ContactMessage {
  return asState(event, eventMessage(event, publicUrl));
}

function eventMessage(event: StoredEvent, publicUrl: string): ContactMessage {
  return toKafkaMessage({ ...event, contactId: event.streamId }, publicUrl);
}

/** A deleted contact's message has no value, which compaction takes for "gone". */
function asState(event: StoredEvent, message: ContactMessage): ContactMessage {
  return event.type === 'ContactDeleted' ? { ...message, value: null } : message;
}
