import { lastAppended } from '#event-store';
import { type Change } from '#platform';

import { type Run } from './run.entity.js';

/** What a run has done so far, part of each statement with which it does more; by the primary key. @param appended beside it */
export function tallyToStore(run: Run, appended: readonly Change[]): Change {
  return {
    sql: `update sync_runs set total_items = $2, statistics = $3::jsonb, absences = $4::jsonb,
        last_position = ${lastAppended(appended, 'last_position')}
      where id = $1`,
    parameters: [run.id, run.totalItems, JSON.stringify(run.statistics), JSON.stringify(run.absences)],
  };
}
