import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { topicNames } from '#contact-events';
import { lastPosition, passPosition, restoreEvents, type WholeEvent } from '#event-store';
import { type KafkaSettings, TopicReader } from '#kafka';
import { boundSql, type WorkLog } from '#platform';
import { RelayedPartitions, type RelayTopics, resetRelay } from '#publishing';

import { compareWithLog } from './comparison/compare-with-log.js';
import { lackingEvents } from './comparison/lacking-events.js';
import { NO_IDLE_TIMEOUT } from './no-idle-timeout.sql.js';
import { NEW_TOPICS, RecoveryRefused } from './recovery-refused.js';
import { StagedRecords } from './staging/staged-records.js';
import { type PublishedPart, publishedParts } from './topics/published-parts.js';
import { readInBatches } from './topics/read-in-batches.js';

/** What the log got back. */
export interface RecoveredEvents {
  readonly events: number;
  readonly contacts: number;
  /** The last position of the log as it was found. */
  readonly oldEnd: bigint;
  /** The last position of the log with these events. */
  readonly newEnd: bigint;
  /** Records on the topics that are no events of this service, and were passed over. */
  readonly foreign: number;
}

/**
 * Brings events that a restored database has lost back from Kafka into the log, with the positions, versions and bytes
 * that consumers know, and sets the relay to what the topics hold.
 *
 * @param tx of a transaction that keeps every other writer of the log, and the relay, away
 * @param apply gets the events in position order, and brings what else is made from them up to date
 * @throws RecoveryRefused where the log cannot be continued from what Kafka holds; nothing may be stored then
 */
export async function recoverEvents(
  tx: SqlEntityManager,
  settings: KafkaSettings,
  log: WorkLog,
  apply: (events: readonly WholeEvent[]) => Promise<void>,
): Promise<RecoveredEvents> {
  await boundSql(tx, NO_IDLE_TIMEOUT);
  const topics = topicNames(settings.topicPrefix);
  const oldEnd = await lastPosition(tx);
  const staged = await StagedRecords.create(tx, topics);
  const parts = await stage(tx, new TopicReader(settings, log), topics, staged);
  for (const part of parts) await hasEverything(part, topics, staged, oldEnd);
  const lacking = await compareWithLog(tx, oldEnd);
  for await (const events of lackingEvents(tx)) {
    await restoreEvents(tx, events);
    await apply(events);
  }
  const newEnd = await lastPosition(tx);
  const lastPositions = await staged.lastPositions();
  await resetRelay(tx, topics, async (stored) => ({
    checkpoint: await staged.checkpoint(stored, newEnd),
    partitions: parts
      .filter(({ to }) => to > 0n)
      .map(({ topic, partition, to }) => ({
        topic,
        partition,
        lastOffset: to - 1n,
        lastPosition:
          lastPositions.find((last) => last.topic === topic && last.partition === partition)?.lastPosition ??
          0n,
      })),
  }));
  for (const { lastPosition: position } of lastPositions) await passPosition(tx, position);
  return { ...lacking, oldEnd, newEnd, foreign: staged.foreign };
}

async function stage(
  tx: SqlEntityManager,
  reader: TopicReader,
  { events, state }: RelayTopics,
  staged: StagedRecords,
): Promise<PublishedPart[]> {
  const topics = await reader.existing([events, state]);
  if (!topics.includes(events)) {
    throw new RecoveryRefused(
      `Kafka has no topic ${events}. Check KAFKA_BROKERS and KAFKA_TOPIC_PREFIX; if it is gone, start the service, which ` +
        'makes it and fills it from the log',
    );
  }
  const parts = await publishedParts(reader, new RelayedPartitions(tx), topics);
  await readInBatches(reader, parts, (records) => staged.add(records));
  await staged.complete();
  return parts;
}

/**
 * Makes sure that the broker still holds every event of a partition that the log lacks: what retention removed came
 * before the first that is left, so it is in the log if that one lies within it.
 */
async function hasEverything(
  { topic, partition, from, isCutOff }: PublishedPart,
  { events }: RelayTopics,
  staged: StagedRecords,
  end: bigint,
): Promise<void> {
  if (topic !== events || !isCutOff) return;
  const first = await staged.firstPosition(topic, partition);
  if (first !== null && first <= end) return;
  throw new RecoveryRefused(
    `${topic}, partition ${partition}, begins at offset ${from}${first === null ? '' : `, with position ${first}`}: ` +
      `Kafka no longer holds what came between it and the log, which ends at position ${end}. ${NEW_TOPICS}`,
  );
}
