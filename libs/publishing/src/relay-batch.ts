import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { readLog } from '#event-store';

import { type TopicMessages } from './event-publisher.js';
import { type Checkpoint } from './relay-lease.js';
import { relayMessages, type RelayTopics } from './relay-messages.js';

/** A part of the log, ready to be sent. */
export interface RelayBatch {
  /** Events of the log. */
  readonly size: number;
  readonly topics: readonly TopicMessages[];
  /** The checkpoint once it is sent. */
  readonly end: Checkpoint;
  /** Whether the log had more when it was read. */
  readonly isFull: boolean;
}

/** Bytes of the log, as stored, of one batch: a broker takes no more than about 1 MB a partition. */
const BATCH_BYTES = 2_097_152;

/** Reads what the topics do not hold yet, from the one on that holds least. */
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
  const bytes = events.reduce((sum, { data }) => sum + data.length, 0);
  return {
    size: events.length,
    topics: relayMessages(events, after, topics, publicUrl),
    end: { events: highest(after.events, last), state: highest(after.state, last) },
    // Data are never longer as stored than as text.
    isFull: events.length === limit || bytes >= BATCH_BYTES,
  };
}

function highest(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
