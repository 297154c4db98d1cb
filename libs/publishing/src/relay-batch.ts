import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactMessage, toKafkaMessage } from '#contact-events';
import { isWhole, readLog, type WholeEvent } from '#event-store';

import { type TopicMessages } from './event-publisher.js';
import { type Checkpoint, type RelayTopics } from './relay-topics.js';

/** A part of the log, ready to be sent. */
export interface RelayBatch {
  /** Events of the log, those among them of which there is nothing to send. */
  readonly size: number;
  readonly topics: readonly TopicMessages[];
  /** The checkpoint once it is sent. */
  readonly end: Checkpoint;
  /** Whether the log had more when it was read. */
  readonly isFull: boolean;
}

/** Bytes of the log, as stored, of one batch: a broker takes no more than about 1 MB a partition. */
const BATCH_BYTES = 2_097_152;

/**
 * Reads what the topics do not hold yet, beginning with the one that holds least.
 *
 * @param limit events, at most
 * @param publicUrl the service's own URL, for `dataschema`
 */
export async function readRelayBatch(
  em: SqlEntityManager,
  after: Checkpoint,
  limit: number,
  topics: RelayTopics,
  publicUrl: string,
): Promise<RelayBatch> {
  const lowest = after.events < after.state ? after.events : after.state;
  const events = await readLog(em.fork(), { after: lowest, limit, bytes: BATCH_BYTES });
  const last = events.at(-1)?.position ?? lowest;
  const whole = events.filter(isWhole);
  const bytes = whole.reduce((sum, { data }) => sum + data.length, 0);
  return {
    size: events.length,
    topics: topicMessages(whole, after, topics, publicUrl),
    end: { events: highest(after.events, last), state: highest(after.state, last) },
    // Data are never longer as stored than as text.
    isFull: events.length === limit || bytes >= BATCH_BYTES,
  };
}

/** An event as it is sent to the events topic, or to a topic of a replay. */
export function eventMessage(event: WholeEvent, publicUrl: string): ContactMessage {
  return toKafkaMessage({ ...event, contactId: event.streamId }, publicUrl);
}

/** What the state topic holds of a contact whose latest event this is. */
export function stateMessage(event: WholeEvent, publicUrl: string): ContactMessage {
  return asState(event, eventMessage(event, publicUrl));
}

/** In the log's order. The state topic gets one message a contact, of its latest event here. */
function topicMessages(
  events: readonly WholeEvent[],
  after: Checkpoint,
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

/** A deleted contact's message has no value, which compaction takes for "gone". */
function asState(event: WholeEvent, message: ContactMessage): ContactMessage {
  return event.type === 'ContactDeleted' ? { ...message, value: null } : message;
}

function highest(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
