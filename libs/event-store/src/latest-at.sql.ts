import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/** Which part of the log to look for what was the latest of its stream at a time. */
export interface PastPart {
  /** The state of this time: of a stream's events, those that occurred up to then. */
  readonly time: Date;
  /** What is appended behind this position is not looked at. */
  readonly upTo: bigint;
  /** Behind which the part begins. */
  readonly after: bigint;
  readonly accountId: string | undefined;
  /** Whether streams count whose latest event was their end; with it comes the event before. */
  readonly withEnded: boolean;
  /** Events that are looked at. */
  readonly events: number;
}

/**
 * Where the events are, in the next part of the log, that were the latest of their streams at a time. Each stream has one
 * in the whole log at the most, so that whoever walks through it meets each stream once. Events without data are left out.
 *
 * Not the ORM's, because the log has no entity. The primary key gives the part, with an account events_account_position;
 * whether something came after an event tells events_stream_version. It looks at so many events and no more, so that each
 * step takes about as long, however seldom there is one to be found.
 *
 * @returns positions by log position, one that came before an end right before it; and the last position that was looked
 *   at, null where there was nothing to look at
 */
export async function latestAt(
  em: SqlEntityManager,
  { time, upTo, after, accountId, withEnded, events }: PastPart,
): Promise<{ positions: bigint[]; last: bigint | null }> {
  const ofAccount = accountId === undefined ? '' : 'and account_id = $6::uuid';
  const [row] = await boundSql<{ positions: (string | null)[] | null; last: string | null }>(
    em,
    `with part as materialized (
       select position, stream_id, version, type, occurred_at, data is not null as is_whole from events
       where position > $1 and position <= $2 ${ofAccount} order by position limit $3
     ), latest as (
       select position, case when type = 'ContactDeleted' then (
           select before.position from events before
           where before.stream_id = part.stream_id and before.version = part.version - 1 and before.data is not null
         ) end as before
       from part
       where is_whole and date_trunc('milliseconds', occurred_at) <= $4::timestamptz
         and ($5 or type <> 'ContactDeleted')
         and not exists (
           select from events later
           where later.stream_id = part.stream_id and later.version > part.version and later.position <= $2
             and date_trunc('milliseconds', later.occurred_at) <= $4::timestamptz)
     )
     select (select max(position) from part) as last,
       (select array_agg(at::text order by position, at) from latest, unnest(array[before, position]) as at
        where at is not null) as positions`,
    [
      String(after),
      String(upTo),
      events,
      time.toISOString(),
      withEnded,
      ...(accountId === undefined ? [] : [accountId]),
    ],
  );
  return {
    positions: (row?.positions ?? []).filter((position) => position !== null).map(BigInt),
    last: row?.last == null ? null : BigInt(row.last),
  };
}
