import { randomUUID } from 'node:crypto';

import { type SqlEntityManager } from '@mikro-orm/postgresql';

import { NO_ABSENCES, NO_STATISTICS, type Run, RunEntity } from './run.entity.js';

/** A run that was just asked for, not stored yet. */
export function newRun(
  em: SqlEntityManager,
  asked: Pick<Run, 'accountId' | 'requestedMode' | 'trigger' | 'requestId'>,
): Run {
  return em.create(
    RunEntity,
    {
      id: randomUUID(),
      ...asked,
      list: 'contacts',
      mode: asked.requestedMode === 'incremental' ? 'incremental' : 'full',
      state: 'queued',
      statistics: NO_STATISTICS,
      absences: NO_ABSENCES,
      queuedAt: new Date(),
    },
    { persist: false },
  );
}
