import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/** A deletion whose stream still has data from before it. */
export interface Deletion {
  readonly position: bigint;
  readonly streamId: string;
  readonly version: number;
  /** JSON. */
  readonly data: string;
  /** ISO 8601, to the microsecond. */
  readonly occurredAt: string;
  /** Whether nothing came after it. */
  readonly isLast: boolean;
}

/** Where a walk over deletions is. */
export type DeletionPlace = Pick<Deletion, 'occurredAt' | 'position'>;

export const FIRST_DELETION: DeletionPlace = { occurredAt: '-infinity', position: 0n };

/**
 * The next deletions behind a place, by age, from before a time. Not the ORM's, because the log has no entity. The index
 * events_deletions_with_details serves it, events_stream_version tells whether something came after one.
 */
export async function deletionsWithDetails(
  em: SqlEntityManager,
  before: Date,
  after: DeletionPlace,
  limit: number,
): Promise<Deletion[]> {
  const rows = await boundSql<{
    position: string;
    stream_id: string;
    version: number;
    data: string;
    occurred_at: string;
    is_last: boolean;
  }>(
    em,
    `select position, stream_id, version, data::text as data, occurred_at::text as occurred_at, not exists (
       select from events later where later.stream_id = deletion.stream_id and later.version > deletion.version) as is_last
     from events deletion
     where type = 'ContactDeleted' and data is not null and metadata -> 'detailsRemoved' is null
       and occurred_at < $1::timestamptz and (occurred_at, position) > ($2::timestamptz, $3::bigint)
     order by deletion.occurred_at, deletion.position limit $4`,
    [before.toISOString(), after.occurredAt, String(after.position), limit],
  );
  return rows.map((row) => ({
    position: BigInt(row.position),
    streamId: row.stream_id,
    version: row.version,
    data: row.data,
    occurredAt: row.occurred_at,
    isLast: row.is_last,
  }));
}
