import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { publishedData } from '#contact-events';
import { isWhole, readStream } from '#event-store';
import { boundSql } from '#platform';

import { NEW_TOPICS, RecoveryRefused, RESTORE_AGAIN } from '../recovery-refused.js';
import { COUNT_LACKING_EVENTS } from './count-lacking-events.sql.js';
import { EVENTS_THAT_DIFFER } from './events-that-differ.sql.js';
import { FIND_LACKING_EVENTS, INDEX_LACKING_EVENTS } from './find-lacking-events.sql.js';
import { MISPLACED_EVENT } from './misplaced-event.sql.js';
import { RECORDS_THAT_DIFFER } from './records-that-differ.sql.js';
import { VERSION_GAP } from './version-gap.sql.js';

/**
 * Finds which of the staged events the log lacks, for `lackingEvents`, and makes sure that they continue it.
 *
 * @param end the log's last position
 * @returns how many events, and of how many contacts
 * @throws RecoveryRefused
 */
export async function compareWithLog(
  tx: SqlEntityManager,
  end: bigint,
): Promise<{ events: number; contacts: number }> {
  await agreeWithEachOther(tx);
  await agreeWithLog(tx);
  await boundSql(tx, FIND_LACKING_EVENTS);
  await boundSql(tx, INDEX_LACKING_EVENTS);
  await lieAfterLog(tx, end);
  await continueStreams(tx);
  const [row] = await boundSql<{ events: number; contacts: number }>(tx, COUNT_LACKING_EVENTS);
  return row ?? { events: 0, contacts: 0 };
}

async function agreeWithEachOther(tx: SqlEntityManager): Promise<void> {
  const [row] = await boundSql<Omit<Place, 'record_offset'> & Version>(tx, RECORDS_THAT_DIFFER);
  if (row === undefined) return;
  throw new RecoveryRefused(
    `${row.topic}, partition ${row.partition}, holds version ${row.version} of contact ${row.stream_id} twice, with ` +
      `different content. ${NEW_TOPICS}`,
  );
}

async function agreeWithLog(tx: SqlEntityManager): Promise<void> {
  const rows = await boundSql<Version & { position: string; data: string }>(tx, EVENTS_THAT_DIFFER);
  for (const row of rows) {
    const stream = await readStream(tx, row.stream_id);
    const logged = stream.find(({ version }) => version === row.version);
    // It may have been cut for Kafka.
    const isSame =
      logged?.position === BigInt(row.position) &&
      (!isWhole(logged) || publishedData(logged.data) === row.data);
    if (isSame) continue;
    throw new RecoveryRefused(
      `The log has another version ${row.version} of contact ${row.stream_id} than Kafka: syncs went on after the ` +
        `database was restored. ${RESTORE_AGAIN}`,
    );
  }
}

async function lieAfterLog(tx: SqlEntityManager, end: bigint): Promise<void> {
  const [row] = await boundSql<{ position: string; within: boolean }>(tx, MISPLACED_EVENT, [String(end)]);
  if (row === undefined) return;
  throw new RecoveryRefused(
    row.within
      ? `Kafka has another event at position ${row.position} than the log, which ends at ${end}: syncs went on after ` +
          `the database was restored, or it is another one. ${RESTORE_AGAIN}`
      : `Kafka holds several events at position ${row.position}. ${NEW_TOPICS}`,
  );
}

async function continueStreams(tx: SqlEntityManager): Promise<void> {
  const [gap] = await boundSql<Place & Version & { expected: number }>(tx, VERSION_GAP);
  if (gap === undefined) return;
  throw new RecoveryRefused(
    gap.version === gap.expected
      ? `Version ${gap.version} of contact ${gap.stream_id} lies before the one that it follows. ${NEW_TOPICS}`
      : `Kafka no longer holds version ${gap.expected} of contact ${gap.stream_id}: ${gap.topic}, partition ` +
          `${gap.partition}, goes on with version ${gap.version} at offset ${gap.record_offset}. ${NEW_TOPICS}`,
  );
}

interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly record_offset: string;
}

interface Version {
  readonly stream_id: string;
  readonly version: number;
}
