import { type ContactSnapshot } from '#contact';
import { lastAppended } from '#event-store';
import { type Change } from '#platform';

import { type Run } from '../runs/run.entity.js';

/**
 * What deletions change beside the contacts: the run's statistics, and the quarantine, where what was deleted needs
 * nobody's attention. Part of the statement that appends them; the run by its primary key, open entries by the index
 * quarantined_persons_open.
 */
export function deletionsToStore(
  run: Run,
  appended: readonly Change[],
  deleted: readonly ContactSnapshot[],
): Change[] {
  return [
    {
      sql: `update sync_runs set statistics = $2::jsonb, last_position = ${lastAppended(appended, 'last_position')}
        where id = $1`,
      parameters: [run.id, JSON.stringify(run.statistics)],
    },
    {
      sql: `update quarantined_persons set state = 'superseded'
        where account_id = $1 and state = 'open' and resource_name = any($2::text[])`,
      parameters: [run.accountId, deleted.map(({ resourceName }) => resourceName)],
    },
  ];
}
