import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type DeletionReason } from '#contact';
import { boundSql } from '#platform';

import { RunTally } from './run-tally.js';
import { type Run } from './run.entity.js';

/** The counts of a run so far, from what its pages showed in whichever process. */
export async function readTally(em: SqlEntityManager, run: Run): Promise<RunTally> {
  const tally = new RunTally();
  const pages = await boundSql<{
    contact_ids: string[];
    outcomes: string;
    tombstones: string[];
    quarantined: string[];
  }>(
    em,
    `select contact_ids, outcomes, tombstones, quarantined from sync_run_pages where run_id = $1
     order by epoch, page`,
    [run.id],
  );
  for (const page of pages) {
    tally.addPage({
      contactIds: page.contact_ids,
      outcomes: page.outcomes,
      tombstones: page.tombstones,
      quarantined: page.quarantined,
    });
  }
  if (pages.length > 0) {
    const rows = await boundSql<{ reason: DeletionReason; count: number }>(
      em,
      `select data ->> 'reason' as reason, count(*)::int as count from events
       where run_id = $1 and type = 'ContactDeleted' group by 1`,
      [run.id],
    );
    for (const { reason, count } of rows) tally.addDeletions(reason, count);
  }
  return tally;
}
