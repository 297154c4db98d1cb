import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type FeedProgress, ProgressMoved } from '#contact-feed';
import { boundSql } from '#platform';

/** The progress of a projection in each partition of a source. */
export async function readProgress(
  em: SqlEntityManager,
  projection: string,
  source: string,
): Promise<FeedProgress[]> {
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

/**
 * Moves the progress of one partition. Its row stays locked until the caller's transaction ends, so another owner of
 * the partition waits, and then finds it moved.
 *
 * @throws ProgressMoved when it is not where `previous` says
 */
export async function moveProgress(
  em: SqlEntityManager,
  projection: string,
  previous: FeedProgress | null,
  next: FeedProgress,
): Promise<void> {
  const key = [projection, next.source, next.partition];
  const target = [String(next.offset), String(next.position)];
  const rows =
    previous === null
      ? await boundSql(em, INSERT, [...key, ...target])
      : await boundSql(em, UPDATE, [...key, ...target, String(previous.offset), String(previous.position)]);
  if (rows.length === 0) {
    throw new ProgressMoved(
      `The progress of ${projection} in ${next.source}, partition ${next.partition}, was moved by another reader`,
    );
  }
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
