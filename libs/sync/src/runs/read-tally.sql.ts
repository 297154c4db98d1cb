import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type DeletionReason } from '#contact';
import { boundSql } from '#platform';

import { type Run } from './run.entity.js';
import { type AnswersShown, type PageShown, RunTally } from './run-tally.js';

/**
 * The counts of a run so far, from what its pages showed in whichever process, and the deletions that it appended. Only
 * a run that is resumed is counted so. SQL, because it counts by a member of JSON; pages are found by the primary key,
 * events by the index events_run.
 */
export async function readTally(em: SqlEntityManager, run: Run): Promise<RunTally> {
  const tally = new RunTally();
  const pages = await boundSql<PageShown & { [of in keyof AnswersShown]: AnswersShown[of] | null }>(
    em,
    `select created, updated, unchanged, tombstones, quarantined, understood, alive, gone from sync_run_pages
     where run_id = $1 order by epoch, page`,
    [run.id],
  );
  for (const { alive, gone, ...page } of pages) {
    if (alive === null || gone === null) tally.addPage(page);
    else tally.addAnswers(page, { alive, gone });
  }
  if (pages.length === 0) return tally;
  const deletions = await boundSql<{ reason: DeletionReason; count: number }>(
    em,
    `select data ->> 'reason' as reason, count(*)::int as count from events
     where run_id = $1 and type = 'ContactDeleted' group by 1`,
    [run.id],
  );
  for (const { reason, count } of deletions) tally.addDeletions(reason, count);
  return tally;
}
