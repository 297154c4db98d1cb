import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { publishedData } from '#contact-events';
import { readStream } from '#event-store';
import { boundSql } from '#platform';

import { NEW_TOPICS, RecoveryRefused, RESTORE_AGAIN } from './recovery-refused.js';

/**
 * Tells which of the staged events the log lacks, and makes sure that they continue it.
 *
 * @param end the log's
 * @throws RecoveryRefused
 */
export async function compareWithLog(
  tx: SqlEntityManager,
  end: bigint,
): Promise<{ events: number; contacts: number }> {
  await boundSql(tx, 'create index on staged_records (stream_id, version)');
  await boundSql(tx, 'analyze staged_records');
  await agreeWithEachOther(tx);
  await agreeWithLog(tx);
  await boundSql(tx, LACKING);
  await boundSql(tx, 'create index on lacking_events (position)');
  await lieBehind(tx, end);
  await continueStreams(tx);
  const [row] = await boundSql<{ events: number; contacts: number }>(
    tx,
    'select count(*)::int as events, count(distinct stream_id)::int as contacts from lacking_events',
  );
  return row ?? { events: 0, contacts: 0 };
}

async function agreeWithEachOther(tx: SqlEntityManager): Promise<void> {
  const [row] = await boundSql<Place & { stream_id: string; version: number }>(
    tx,
    `select stream_id, version, min(topic) as topic, min(partition) as partition from staged_records
     where data is not null group by stream_id, version
     having count(distinct md5(data)) > 1 or count(distinct position) > 1 limit 1`,
  );
  if (row === undefined) return;
  throw new RecoveryRefused(
    `${row.topic}, partition ${row.partition}, holds version ${row.version} of contact ${row.stream_id} twice, with ` +
      `different content. ${NEW_TOPICS}`,
  );
}

async function agreeWithLog(tx: SqlEntityManager): Promise<void> {
  const rows = await boundSql<{ stream_id: string; version: number; position: string; data: string }>(
    tx,
    `select distinct on (s.stream_id, s.version) s.stream_id, s.version, s.position, s.data
     from staged_records s join events e using (stream_id, version)
     where s.data is not null and (e.position <> s.position or e.data::text <> s.data)`,
  );
  for (const row of rows) {
    const stream = await readStream(tx, row.stream_id);
    const logged = stream.find(({ version }) => version === row.version);
    // What the log has whole may have been cut for Kafka.
    const isSame = logged?.position === BigInt(row.position) && publishedData(logged.data) === row.data;
    if (isSame) continue;
    throw new RecoveryRefused(
      `The log has another version ${row.version} of contact ${row.stream_id} than Kafka: syncs went on after the ` +
        `database was restored. ${RESTORE_AGAIN}`,
    );
  }
}

async function lieBehind(tx: SqlEntityManager, end: bigint): Promise<void> {
  const [row] = await boundSql<{ position: string; within: boolean }>(
    tx,
    `select position, position <= $1 as within from lacking_events
     group by position having count(*) > 1 or position <= $1 order by position limit 1`,
    [String(end)],
  );
  if (row === undefined) return;
  throw new RecoveryRefused(
    row.within
      ? `Kafka has another event at position ${row.position} than the log, which ends at ${end}: syncs went on after ` +
          `the database was restored, or it is another one. ${RESTORE_AGAIN}`
      : `Kafka holds several events at position ${row.position}. ${NEW_TOPICS}`,
  );
}

async function continueStreams(tx: SqlEntityManager): Promise<void> {
  const [gap] = await boundSql<Place & { stream_id: string; version: number; expected: number }>(tx, GAP);
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

const LACKING = `
  create temporary table lacking_events on commit drop as
  select distinct on (stream_id, version) * from staged_records s
  where data is not null
    and not exists (select from events e where e.stream_id = s.stream_id and e.version = s.version)
  order by stream_id, version, topic, partition, record_offset`;

/** Versions that do not follow on the log's, or lie before the one that they follow. */
const GAP = `
  select * from (
    select topic, partition, record_offset, stream_id, version, position,
      coalesce((select max(version) from events e where e.stream_id = l.stream_id), 0)
        + (row_number() over stream)::int as expected,
      lag(position) over stream as previous
    from lacking_events l
    window stream as (partition by stream_id order by version)
  ) numbered
  where version <> expected or position < previous
  order by stream_id, version limit 1`;
