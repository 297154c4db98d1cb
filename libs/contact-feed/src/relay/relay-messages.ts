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
 * What both topics are to hold of a part of the log, in its order. The state topic gets one message a contact, of its
 * latest event here; a deleted contact's has no value, which compaction takes for "gone".
 *
 * @param publicUrl the service's own URL, for `dataschema`
 */
export function relayMessages(
  events: readonly StoredEvent[],
  topics: RelayTopics,
  publicUrl: string,
): TopicMessages[] {
  const messages: ContactMessage[] = [];
  const states = new Map<string, ContactMessage>();
  for (const event of events) {
    const message = toKafkaMessage({ ...event, contactId: event.streamId }, publicUrl);
    messages.push(message);
    states.set(message.key, event.type === 'ContactDeleted' ? { ...message, value: null } : message);
  }
  return [
    { topic: topics.events, messages },
    { topic: topics.state, messages: [...states.values()] },
  ];
}
