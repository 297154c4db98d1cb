import { type ContactSnapshot } from '#contact';
import { type Change } from '#platform';

import { type Run } from '../runs/run.entity.js';

/**
 * Closes the open quarantine entries of contacts that are deleted: what is gone needs nobody's attention. Part of the
 * statement that appends their deletions; by the index quarantined_persons_open.
 */
export function entriesToClose(run: Run, deleted: readonly ContactSnapshot[]): Change {
  return {
    sql: `update quarantined_persons set state = 'superseded', closed_at = now()
      where account_id = $1 and state = 'open' and resource_name = any($2::text[])`,
    parameters: [run.accountId, deleted.map(({ resourceName }) => resourceName)],
  };
}
