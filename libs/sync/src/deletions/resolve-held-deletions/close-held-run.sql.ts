import { type Change } from '#platform';

import { type Run } from '../../runs/run.entity.js';

/** A run whose deletions were decided on holds none any more. Both changes are one statement, under the lease. */
export function closeHeldRun(run: Run): Change[] {
  return [
    { sql: 'delete from held_deletions where run_id = $1', parameters: [run.id] },
    { sql: `update sync_runs set state = 'succeeded' where id = $1`, parameters: [run.id] },
  ];
}
