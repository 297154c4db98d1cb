import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type FeedCheckpoint } from '../feed/contact-feed.js';
import { boundSql, type Change } from '#platform';

/** The progress of a projection in each partition of a source. */
export async function readProgress(
  em: SqlEntityManager,
  projection: string,
  source: string,
): Promise<FeedCheckpoint[]> {
  const rows = await boundSql<{ partition: number; next_offset: string; position: string }>(
    em,
    `select partition, next_offset, position from projection_progress
     where projection = $1 and source = $2 order by partition`,
    [projection, source],
  );
  return rows.map((row) => ({
    source,
    partition: row.partition,
    offset: BigInt(row.next_offset),
    position: BigInt(row.position),
  }));
}

/** Keeps others from moving the progress of one partition until the transaction ends. */
export async function lockProgress(
  tx: SqlEntityManager,
  projection: string,
  { source, partition }: FeedCheckpoint,
): Promise<void> {
  await boundSql(
    tx,
    'select from projection_progress where projection = $1 and source = $2 and partition = $3 for update',
    [projection, source, partition],
  );
}

/** How {@link moveProgress} is called in the statement that it is part of. */
export const MOVED_PROGRESS = 'moved_progress';

/**
 * Moves the progress of one partition if it is where `previous` says: then it returns a row, and none otherwise. Its
 * row stays locked until the transaction ends, so another owner of the partition waits, and then finds it moved.
 */
export function moveProgress(
  projection: string,
  previous: FeedCheckpoint | null,
  next: FeedCheckpoint,
): Change {
  const parameters = [projection, next.source, next.partition, String(next.offset), String(next.position)];
  return previous === null
    ? { name: MOVED_PROGRESS, sql: INSERT, parameters }
    : {
        name: MOVED_PROGRESS,
        sql: UPDATE,
        parameters: [...parameters, String(previous.offset), String(previous.position)],
      };
}

/**
 * What a crash of the server would take with it, within a second or so of the commit, the source brings again: progress
 * and rows are lost together, so nobody waits for the disk here.
 */
const RETURNING = `returning set_config('synchronous_commit', 'off', true)`;

const INSERT = `
  insert into projection_progress (projection, source, partition, next_offset, position)
  values ($1, $2, $3, $4, $5) on conflict do nothing ${RETURNING}`;

const UPDATE = `
  update projection_progress set next_offset = $4, position = $5, moved_at = clock_timestamp()
  where projection = $1 and source = $2 and partition = $3 and next_offset = $6 and position = $7 ${RETURNING}`;
