import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, isFree, LEASE_MS, taking } from '#platform';

import { LIVE_CONTACTS } from '../projection/contact.entity.js';
import { REBUILD_LEASE, type RebuildState } from './rebuild.entity.js';

export interface TakenRebuild {
  readonly id: string;
  readonly fencing_token: string;
  readonly state: RebuildState;
  readonly cancel_requested: boolean;
}

/**
 * Takes the rebuild that is not over, with its lease. One that is being taken, cancelled or finished right now is locked,
 * and passed over. SQL, for its `for update skip locked`; by the index projection_rebuilds_going.
 *
 * @returns undefined when there is no rebuild, or another process is at it
 */
export async function takeRebuild(em: SqlEntityManager, owner: string): Promise<TakenRebuild | undefined> {
  const [row] = await boundSql<TakenRebuild>(em, TAKE, [
    LIVE_CONTACTS.name,
    owner,
    LEASE_MS / 1_000,
    REBUILD_LEASE,
  ]);
  return row;
}

const TAKE = `
  with waiting as (
    select rebuild.id, lease.name from projection_rebuilds rebuild
    join leases lease on lease.name = $4
    where rebuild.projection = $1 and rebuild.finished_at is null and ${isFree('lease')}
    for update of rebuild, lease skip locked
  ), taken as (
    update leases set ${taking('$2', '$3')} from waiting where leases.name = waiting.name
    returning fencing_token
  )
  update projection_rebuilds set started_at = coalesce(started_at, clock_timestamp())
  from waiting, taken where projection_rebuilds.id = waiting.id
  returning waiting.id, fencing_token, state, cancel_requested`;
