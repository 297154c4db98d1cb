import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { eventId, versionHeader } from '#contact-events';
import { lastPosition, latestEvents, readLog, type StoredEvent } from '#event-store';

import { type PublishedRecord } from './event-publisher.js';
import { type RelayTopics } from './relay-topics.js';

/** Kafka holds events that the log does not: publishing more would give their ids and positions to other events. */
export class LogBehindKafka extends Error {
  override readonly name = 'LogBehindKafka';
}

/**
 * Records that the relay has not recorded: of a send whose process ended before it moved the checkpoint, or of a leader
 * that was frozen beyond the end of its lease and sent late.
 */
export class UnknownRecords {
  private readonly versions = new Map<string, number>();
  /** The one with the highest position of those that are events of ours. */
  private last: LastEvent | null = null;
  private foreign = 0;

  constructor(private readonly topics: RelayTopics) {}

  /** How many of them this service did not write. The positions and versions that they claim are ignored. */
  get ofOthers(): number {
    return this.foreign;
  }

  add({ topic, key, headers }: PublishedRecord): void {
    const position = decimal(headers.ce_position) ?? 0n;
    const version = Number(decimal(versionHeader(headers)) ?? 0n);
    const { ce_id: id, ce_time: time } = headers;
    const isContact = key !== null && UUID.test(key);
    const isOurs = isContact && position > 0n && position <= LAST_POSITION && id === eventId(key, version);
    if (!isOurs) this.foreign += 1;
    else if (position > (this.last?.position ?? 0n)) this.last = { topic, position, id, time };
    // A record that we did not write sorts before every version of ours.
    if (isContact && topic === this.topics.state) this.versions.set(key, isOurs ? version : 0);
  }

  /**
   * Makes sure that the log holds the last of these events. A log that was restored to an earlier time ends before it,
   * or, if syncs have made it longer since, has another event at its position.
   *
   * @throws LogBehindKafka
   */
  async compareWithLog(em: SqlEntityManager): Promise<void> {
    if (this.last === null) return;
    const end = await lastPosition(em);
    if (this.last.position > end) {
      throw new LogBehindKafka(
        `${this.last.topic} holds position ${this.last.position}, but the event log ends at ${end}: the database ` +
          'was restored to an earlier time, or is another one. Nothing is published until the log has those events ' +
          'again: npm run recover-log brings them back from the topic',
      );
    }
    if (await isInLog(em, this.last)) return;
    throw new LogBehindKafka(
      `${this.last.topic} holds another event at position ${this.last.position} than the event log: the database was ` +
        'restored to an earlier time and syncs went on in it, or it is another one. Nothing is published: restore the ' +
        'backup once more, and run npm run recover-log before the service is started',
    );
  }

  /**
   * The latest events, up to a position, of contacts that are left with an older state on the state topic.
   *
   * @param upTo later events are yet to be sent
   */
  async *newerStates(em: SqlEntityManager, upTo: bigint): AsyncGenerator<StoredEvent[]> {
    const keys = [...this.versions.keys()];
    for (let start = 0; start < keys.length; start += CONTACTS_AT_A_TIME) {
      const latest = await latestEvents(em, keys.slice(start, start + CONTACTS_AT_A_TIME), upTo);
      yield latest.filter(({ streamId, version }) => version > (this.versions.get(streamId) ?? 0));
    }
  }
}

interface LastEvent {
  readonly topic: string;
  readonly position: bigint;
  readonly id: string;
  readonly time: string | undefined;
}

async function isInLog(em: SqlEntityManager, { position, id, time }: LastEvent): Promise<boolean> {
  const [logged] = await readLog(em, { after: position - 1n, limit: 1 });
  return (
    logged?.position === position &&
    logged.occurredAt === time &&
    eventId(logged.streamId, logged.version) === id
  );
}

/** The highest that PostgreSQL's bigint holds. */
const LAST_POSITION = 2n ** 63n - 1n;
const CONTACTS_AT_A_TIME = 500;
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

function decimal(text: string | undefined): bigint | null {
  return text !== undefined && /^\d{1,19}$/.test(text) ? BigInt(text) : null;
}
