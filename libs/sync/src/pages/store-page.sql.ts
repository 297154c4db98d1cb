import { lastAppended } from '#event-store';
import { type Change } from '#platform';

import { type PageShown } from '../runs/run-tally.js';
import { type Run } from '../runs/run.entity.js';
import { type SyncList } from '../runs/sync-list.entity.js';

/**
 * What a page showed: arrays in one row, so that a sync of unchanged contacts writes a row a page and none a contact
 * (docs/adr/0008-full-sync-is-mark-and-sweep.md). Part of the statement that stores the page.
 */
export function pageToStore(
  run: Run,
  epoch: number,
  page: number,
  { created, updated, unchanged, tombstones, quarantined, understood }: PageShown,
  previousNames: readonly string[],
): Change {
  return {
    sql: `insert into sync_run_pages
        (run_id, epoch, page, created, updated, unchanged, tombstones, previous_names, quarantined, understood)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    parameters: [
      run.id,
      epoch,
      page,
      created,
      updated,
      unchanged,
      tombstones,
      previousNames,
      quarantined,
      understood,
    ],
  };
}

/** Where the run goes on behind the page, and what it has done so far. By primary keys. @param appended beside it */
export function progressToStore(run: Run, list: SyncList, appended: readonly Change[]): Change[] {
  return [
    {
      sql: `update sync_runs set total_items = $2, statistics = $3::jsonb,
          last_position = ${lastAppended(appended, 'last_position')}
        where id = $1`,
      parameters: [run.id, run.totalItems, JSON.stringify(run.statistics)],
    },
    {
      sql: `update sync_lists set next_page_token = $3, pending_sync_token = $4
        where account_id = $1 and list = $2`,
      parameters: [run.accountId, run.list, list.nextPageToken, list.pendingSyncToken],
    },
  ];
}
