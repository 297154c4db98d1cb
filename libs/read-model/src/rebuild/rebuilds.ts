import { type InferEntity } from '@mikro-orm/core';
import { QueryOrder, type SqlEntityManager } from '@mikro-orm/postgresql';

import { readCheckpoints } from '../projection/checkpoint.entity.js';
import { LIVE_CONTACTS, REBUILT_CONTACTS } from '../projection/contact.entity.js';
import { LOG_SOURCE } from '../feed/log-contact-feed.js';
import { type RebuildDifferences, RebuildEntity, type RebuildState } from './rebuild.entity.js';

/** A rebuild of the read model, going on or over. */
export interface Rebuild {
  readonly id: string;
  readonly state: RebuildState;
  readonly cancelRequested: boolean;
  readonly requestedAt: Date;
  /** null while no process has taken it. */
  readonly startedAt: Date | null;
  /** null while it goes on. */
  readonly finishedAt: Date | null;
  /** The new table holds the log up to here; null before it is filled and once the rebuild is over. */
  readonly position: bigint | null;
  /** The end of the log when it was begun. */
  readonly target: bigint | null;
  /** null before the comparison. */
  readonly differences: RebuildDifferences | null;
  /** Why it failed. */
  readonly error: string | null;
}

/** What REST asks of rebuilds. The work itself is done by whichever process has the role. */
export class Rebuilds {
  constructor(private readonly em: SqlEntityManager) {}

  /** The one that is going on, and the last one that is over. */
  async latest(): Promise<{ going: Rebuild | null; last: Rebuild | null }> {
    const em = this.em.fork();
    // Before the rebuilds: it is gone once the rebuild is over.
    const [checkpoint] = await readCheckpoints(em, REBUILT_CONTACTS, LOG_SOURCE);
    const rebuilds = await em.find(
      RebuildEntity,
      { projection: LIVE_CONTACTS.name },
      { orderBy: { finishedAt: QueryOrder.DESC_NULLS_FIRST }, limit: 2 },
    );
    const going = rebuilds.find(({ finishedAt }) => finishedAt === null);
    const last = rebuilds.find(({ finishedAt }) => finishedAt !== null);
    return {
      going: going === undefined ? null : rebuild(going, checkpoint?.position ?? null),
      last: last === undefined ? null : rebuild(last, null),
    };
  }
}

function rebuild(row: InferEntity<typeof RebuildEntity>, position: bigint | null): Rebuild {
  const { startedAt = null, finishedAt = null, target = null, differences = null, error = null } = row;
  const { id, state, cancelRequested, requestedAt } = row;
  return {
    id,
    state,
    cancelRequested,
    requestedAt,
    startedAt,
    finishedAt,
    position,
    target,
    differences,
    error,
  };
}
