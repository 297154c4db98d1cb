import { lastAppended } from '#event-store';
import { type Change } from '#platform';

import { type DecidedPage } from '../pages/list-description.js';
import { type AnswersShown } from '../runs/run-tally.js';
import { type Run } from '../runs/run.entity.js';

/**
 * What Google said of contacts that its list did not show, kept behind the pages of the list, and what the run has done so
 * far. Part of the statement that stores what follows from it; by primary keys.
 */
export function answersToStore(
  run: Run,
  epoch: number,
  {
    shown,
    answered,
    appended,
    previousNames,
  }: Pick<DecidedPage, 'shown' | 'appended' | 'previousNames'> & { readonly answered: AnswersShown },
): Change[] {
  return [
    {
      sql: `update sync_runs set statistics = $2::jsonb, absences = $3::jsonb,
          last_position = ${lastAppended(appended, 'last_position')}
        where id = $1`,
      parameters: [run.id, JSON.stringify(run.statistics), JSON.stringify(run.absences)],
    },
    {
      sql: `insert into sync_run_pages
          (run_id, epoch, page, created, updated, unchanged, tombstones, previous_names, quarantined, understood, alive, gone)
        select $1, $2, coalesce(max(page), 0) + 1, $3, $4, $5, '{}', $6, $7, $8, $9, $10
        from sync_run_pages where run_id = $1 and epoch = $2`,
      parameters: [
        run.id,
        epoch,
        shown.created,
        shown.updated,
        shown.unchanged,
        previousNames,
        shown.quarantined,
        shown.understood,
        answered.alive,
        answered.gone,
      ],
    },
  ];
}
