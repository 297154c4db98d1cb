import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, PLAN_ANEW } from '#platform';

export interface VersionedData {
  readonly streamId: string;
  readonly type: string;
  /** JSON, as stored; null of a skeleton. */
  readonly data: string | null;
}

/**
 * The events that have these versions of these streams, in any order. Not the ORM's, because the log has no entity. The
 * unique index events_stream_version serves it, planned anew for as many as are asked for.
 */
export async function readVersions(
  em: SqlEntityManager,
  versions: readonly { readonly streamId: string; readonly version: number }[],
): Promise<VersionedData[]> {
  if (versions.length === 0) return [];
  return boundSql<VersionedData>(
    em,
    `${PLAN_ANEW} select events.stream_id as "streamId", events.type, events.data::text as data
     from unnest($1::uuid[], $2::int[]) as wanted (stream_id, version) join events using (stream_id, version)`,
    [versions.map(({ streamId }) => streamId), versions.map(({ version }) => version)],
  );
}
