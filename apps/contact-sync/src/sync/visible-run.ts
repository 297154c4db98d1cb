import { Problem } from '#platform';
import { type Run, type Runs } from '#sync';

import { maySee, type Principal } from '../http/principal.js';
import { isUuid } from '../http/query-schemas.js';

/** @throws Problem 404 run-not-found, also for a run of an account that must not be seen */
export async function visibleRun(runs: Runs, id: string, principal: Principal): Promise<Run> {
  const run = isUuid(id) ? await runs.find(id) : null;
  if (run === null || !maySee(principal, run.accountId)) {
    throw new Problem(404, 'run-not-found', `There is no run ${id}.`);
  }
  return run;
}
