import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { lastPosition, passPosition, restoreEvents, type StoredEvent } from '#event-store';
import { boundSql, type WorkLog } from '#platform';

import { kafkaClient, type KafkaSettings, type PublishedPart, publishedParts, readPublished } from '#kafka';
import { topicNames } from '#contact-events';
import { type RelayTopics } from '#publishing';
import { compareWithLog } from './compare-with-log.js';
import { NEW_TOPICS, RecoveryRefused } from './recovery-refused.js';
import { StagedRecords } from './staged-records.js';

/** What the log got back. */
export interface RecoveredEvents {
  readonly events: number;
  readonly contacts: number;
  /** The log's last position before and after. */
  readonly before: bigint;
  readonly after: bigint;
  /** Records on the topics that are no events of this service, and were passed over. */
  readonly foreign: number;
}

/**
 * Brings events that a restored database has lost back from Kafka into the log, with the positions, versions and bytes
 * that consumers know, and moves the relay behind what the topics hold.
 *
 * @param tx of a transaction that keeps every other writer of the log, and the relay, away
 * @param apply gets the events in position order, and brings what else is made from them up to date
 * @throws RecoveryRefused where the log cannot be continued from what Kafka holds; nothing may be stored then
 */
export async function recoverEvents(
  tx: SqlEntityManager,
  settings: KafkaSettings,
  log: WorkLog,
  apply: (events: readonly StoredEvent[]) => Promise<void>,
): Promise<RecoveredEvents> {
  // It stands idle while Kafka is read.
  await boundSql(tx, 'set local idle_in_transaction_session_timeout = 0');
  const names = topicNames(settings.topicPrefix);
  const before = await lastPosition(tx);
  const staged = await StagedRecords.create(tx, names);
  const parts = await stage(tx, settings, log, names, staged);
  for (const part of parts) await hasEverything(part, names, staged, before);
  const lacking = await compareWithLog(tx, before);
  for await (const events of staged.lacking()) {
    await restoreEvents(tx, events);
    await apply(events);
  }
  const after = await lastPosition(tx);
  await moveRelay(tx, names, staged, parts, after);
  await passPosition(tx, await staged.highestPosition());
  return { ...lacking, before, after, foreign: staged.foreign };
}

async function stage(
  tx: SqlEntityManager,
  settings: KafkaSettings,
  log: WorkLog,
  { events, state }: RelayTopics,
  staged: StagedRecords,
): Promise<PublishedPart[]> {
  const kafka = kafkaClient(settings, log);
  const admin = kafka.admin();
  await admin.connect();
  const there = await admin.listTopics().finally(() => admin.disconnect());
  if (!there.includes(events)) {
    throw new RecoveryRefused(
      `Kafka has no topic ${events}. Check KAFKA_BROKERS and KAFKA_TOPIC_PREFIX; if it is gone, start the service, which ` +
        'makes it and fills it from the log',
    );
  }
  const parts = await publishedParts(
    kafka,
    tx,
    [events, state].filter((topic) => there.includes(topic)),
  );
  await readPublished(kafka, parts, (records) => staged.add(records));
  return parts;
}

/** A partition that begins within the log has lost no event that the log lacks. */
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

/** Whoever relays next goes on from here; whoever does now has lost the lease. */
async function moveRelay(
  tx: SqlEntityManager,
  topics: RelayTopics,
  staged: StagedRecords,
  parts: readonly PublishedPart[],
  end: bigint,
): Promise<void> {
  const [relay] = await boundSql<{ position: string; state_position: string }>(
    tx,
    `insert into relays (name) values ($1) on conflict (name) do update set name = excluded.name
     returning position, state_position`,
    [topics.events],
  );
  const known = { events: BigInt(relay?.position ?? 0), state: BigInt(relay?.state_position ?? 0) };
  const checkpoint = await staged.checkpoint(known, end);
  await boundSql(tx, 'update relays set position = $2, state_position = $3 where name = $1', [
    topics.events,
    String(checkpoint.events),
    String(checkpoint.state),
  ]);
  await staged.recordPartitions(parts);
}
