import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/**
 * The streams of the next events of an account. Not the ORM's, because the log has no entity; the index
 * events_account_position gives the events.
 *
 * @returns the streams, each once, and the position of the last of the events; null: there is none behind `after`
 */
export async function accountStreams(
  em: SqlEntityManager,
  { accountId, after, limit }: { readonly accountId: string; readonly after: bigint; readonly limit: number },
): Promise<{ streamIds: string[]; last: bigint } | null> {
  const [row] = await boundSql<{ stream_ids: string[] | null; last: string }>(
    em,
    `select array_agg(distinct stream_id) as stream_ids, max(position) as last from (
       select stream_id, position from events where account_id = $1 and position > $2 order by position limit $3
     ) as part`,
    [accountId, String(after), limit],
  );
  return row?.stream_ids == null ? null : { streamIds: row.stream_ids, last: BigInt(row.last) };
}
