import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, PLAN_ANEW } from '#platform';

/** The list that a page belongs to: everything that a run was shown since its pages began. */
export interface ShownList {
  readonly runId: string;
  readonly epoch: number;
}

/** Which of the contacts earlier pages of the list showed. SQL, because it looks into arrays; by the primary key. */
export async function shownByList(
  em: SqlEntityManager,
  { runId, epoch }: ShownList,
  contactIds: readonly string[],
): Promise<Set<string>> {
  if (contactIds.length === 0) return new Set();
  const rows = await boundSql<{ contact_id: string }>(
    em,
    `select distinct contact_id from sync_run_pages, unnest(created || updated || unchanged) as contact_id
     where run_id = $1 and epoch = $2 and contact_id = any($3::uuid[])`,
    [runId, epoch, contactIds],
  );
  return new Set(rows.map((row) => row.contact_id));
}

/** Which ids contacts have already. By the primary key, planned anew as {@link readSnapshots}. */
export async function idsTaken(em: SqlEntityManager, contactIds: readonly string[]): Promise<Set<string>> {
  const rows = await boundSql<{ contact_id: string }>(
    em,
    `${PLAN_ANEW} select contact_id from contact_snapshots where contact_id = any($1::uuid[])`,
    [contactIds],
  );
  return new Set(rows.map((row) => row.contact_id));
}
