import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { type Deletion } from './deletions-with-details.sql.js';

/**
 * Makes skeletons of the events before deletions, and leaves the deletions themselves, which say what, when and why and
 * nothing of the contact's details; those are marked, so that nobody looks for details behind them again. Not the ORM's,
 * because the log has no entity. The unique index events_stream_version serves it.
 *
 * @returns how many events became skeletons
 */
export async function removeDetails(
  em: SqlEntityManager,
  deletions: readonly Pick<Deletion, 'streamId' | 'version'>[],
): Promise<number> {
  const [row] = await boundSql<{ removed: number }>(
    em,
    `with deletions as (select * from unnest($1::uuid[], $2::int[]) as deletion (stream_id, version)),
     marked as (
       update events set metadata = metadata || '{"detailsRemoved": true}' from deletions
       where events.stream_id = deletions.stream_id and events.version <= deletions.version
         and type = 'ContactDeleted'),
     removed as (
       update events set data = null from deletions
       where events.stream_id = deletions.stream_id and events.version < deletions.version
         and type <> 'ContactDeleted' and data is not null
       returning 1)
     select count(*)::int as removed from removed`,
    [deletions.map(({ streamId }) => streamId), deletions.map(({ version }) => version)],
  );
  return row?.removed ?? 0;
}
