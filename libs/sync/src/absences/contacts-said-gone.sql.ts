import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/** What Google said of a contact is not acted on any more after so many minutes, but asked for again. */
const STALE_AFTER_MINUTES = 60;

/**
 * The contacts that Google said are gone when this epoch of the run asked for them, not long ago. SQL, because it looks
 * into arrays, and tells the age by the database's clock; by the primary key.
 */
export async function contactsSaidGone(
  em: SqlEntityManager,
  runId: string,
  epoch: number,
): Promise<Set<string>> {
  const rows = await boundSql<{ contact_id: string }>(
    em,
    `select distinct unnest(gone) as contact_id from sync_run_pages
     where run_id = $1 and epoch = $2 and shown_at > clock_timestamp() - make_interval(mins => $3)`,
    [runId, epoch, STALE_AFTER_MINUTES],
  );
  return new Set(rows.map((row) => row.contact_id));
}
