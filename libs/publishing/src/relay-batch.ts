import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactMessage, toKafkaMessage, toTombstone } from '#contact-events';
import { traceparentOf } from '#platform';
import { isWhole, readLog, type StoredEvent, type WholeEvent } from '#event-store';

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
  const bytes = events.filter(isWhole).reduce((sum, { data }) => sum + data.length, 0);
  return {
    size: events.length,
    topics: topicMessages(events, after, topics, publicUrl),
    end: { events: highest(after.events, last), state: highest(after.state, last) },
    // Data are never longer as stored than as text.
    isFull: events.length === limit || bytes >= BATCH_BYTES,
  };
}

/** An event as it is sent to the events topic, or to a topic of a replay. */
export function eventMessage(event: WholeEvent, publicUrl: string): ContactMessage {
  const message = toKafkaMessage({ ...event, contactId: event.streamId }, publicUrl);
  const traceparent = traceparentOf(event.runId);
  return traceparent === null ? message : { ...message, headers: { ...message.headers, traceparent } };
}

/** What the state topic holds of a contact whose latest event this is. @returns null where its data are gone */
export function stateMessage(event: StoredEvent, publicUrl: string): ContactMessage | null {
  return asState(event, isWhole(event) ? eventMessage(event, publicUrl) : null, publicUrl);
}

/** In the log's order. The state topic gets one message a contact, of its latest event here. */
function topicMessages(
  events: readonly StoredEvent[],
  after: Checkpoint,
  topics: RelayTopics,
  publicUrl: string,
): TopicMessages[] {
  const messages: ContactMessage[] = [];
  const states = new Map<string, ContactMessage>();
  for (const event of events) {
    const message = isWhole(event) ? eventMessage(event, publicUrl) : null;
    if (message !== null && event.position > after.events) messages.push(message);
    if (event.position > after.state) {
      const state = asState(event, message, publicUrl);
      if (state !== null) states.set(state.key, state);
    }
  }
  return [
    { topic: topics.events, messages },
    { topic: topics.state, messages: [...states.values()] },
  ].filter((batch) => batch.messages.length > 0);
}

function asState(
  event: StoredEvent,
  message: ContactMessage | null,
  publicUrl: string,
): ContactMessage | null {
  if (event.type !== 'ContactDeleted') return message;
  return toTombstone(message ?? eventMessage({ ...event, data: '{}' }, publicUrl), event.data);
}

function highest(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
