import { CodedError, isUuid } from '#platform';
import { type Run, type Runs } from '#sync';

import { type Principal, visible } from '../http/principal.js';

/** @throws CodedError run-not-found, also for a run of an account that must not be seen */
export async function visibleRun(runs: Runs, id: string, principal: Principal): Promise<Run> {
  const run = visible(principal, isUuid(id) ? await runs.find(id) : null);
  if (run === null) throw new CodedError('run-not-found', `There is no run ${id}.`);
  return run;
}
