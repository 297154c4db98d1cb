import { binaryArray, type Change } from '#platform';

import { type AnswersShown, type PageShown } from '../runs/run-tally.js';
import { type PageTiming } from '../runs/page-timing.js';
import { type Run } from '../runs/run.entity.js';
import { type SyncList } from '../runs/sync-list.entity.js';

/**
 * What a page showed: arrays in one row, so that a sync of unchanged contacts writes a row a page and none a contact
 * (docs/adr/0008-full-sync-is-mark-and-sweep.md). Part of the statement that stores the page; by the primary key.
 *
 * @param page its number; null: the one behind those that are stored
 * @param kind a page of the list has its timing, one of answers what these say
 */
export function pageToStore(
  run: Run,
  epoch: number,
  page: number | null,
  { created, updated, unchanged, tombstones, quarantined, understood }: PageShown,
  previousNames: readonly string[],
  { timing, answered }: { readonly timing?: PageTiming; readonly answered?: AnswersShown },
): Change {
  return {
    sql: `insert into sync_run_pages
        (run_id, epoch, page, created, updated, unchanged, tombstones, previous_names, quarantined, understood, alive, gone,
         timing)
      values ($1, $2,
        coalesce($3::int, (select coalesce(max(page), 0) + 1 from sync_run_pages where run_id = $1 and epoch = $2)),
        $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    parameters: [
      run.id,
      epoch,
      page,
      binaryArray('uuid', created),
      binaryArray('uuid', updated),
      binaryArray('uuid', unchanged),
      tombstones,
      previousNames,
      quarantined,
      understood,
      answered?.alive ?? null,
      answered?.gone ?? null,
      timing === undefined ? null : JSON.stringify(timing),
    ],
  };
}

/** Where the list goes on behind the page; by the primary key. */
export function progressToStore(run: Run, list: SyncList): Change {
  return {
    sql: `update sync_lists set next_page_token = $3, pending_sync_token = $4
      where account_id = $1 and list = $2`,
    parameters: [run.accountId, run.list, list.nextPageToken, list.pendingSyncToken],
  };
}
