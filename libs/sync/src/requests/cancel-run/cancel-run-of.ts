import { type SqlEntityManager } from '@mikro-orm/postgresql';

import { Runs } from '../../runs/runs.js';
import { requestCancellation } from './cancel-run.sql.js';

/** Ends the run of an account that is going on, if there is one, between two of its transactions. */
export async function cancelRunOf(em: SqlEntityManager, accountId: string): Promise<void> {
  const run = await new Runs(em).active(accountId);
  if (run !== null) await requestCancellation(em.fork(), run.id);
}
