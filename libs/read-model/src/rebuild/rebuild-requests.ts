import { randomUUID } from 'node:crypto';

import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundChanges, boundSql, leaseToPrepare } from '#platform';

import { LIVE_CONTACTS, REBUILT_CONTACTS } from '../projection/contact-projection.handler.js';
import { type Difference } from '../verify/compare-table.js';

export type RebuildState =
  'queued' | 'filling' | 'indexing' | 'comparing' | 'swapping' | 'succeeded' | 'failed' | 'cancelled';

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
  /** The new table holds the log up to here; null once the rebuild is over. */
  readonly position: bigint | null;
  /** The end of the log when the rebuild was begun. */
  readonly target: bigint | null;
  /** Where the table that was replaced was not what the log says; null before the comparison. */
  readonly differences: RebuildDifferences | null;
  /** Why it failed. */
  readonly error: string | null;
}

export interface RebuildDifferences {
  readonly count: number;
  /** 100 at most. */
  readonly first: readonly Difference[];
}

/** What REST asks of rebuilds. The work itself is done by whichever process has the role. */
export class RebuildRequests {
  constructor(private readonly em: SqlEntityManager) {}

  /** @returns whether it was queued; false: one is going on */
  async queue(): Promise<boolean> {
    const rows = await boundChanges(
      this.em.fork(),
      [
        {
          name: 'queued',
          sql: 'insert into projection_rebuilds (id, projection) values ($1, $2) on conflict do nothing returning 1',
          parameters: [randomUUID(), LIVE_CONTACTS.name],
        },
        leaseToPrepare(`rebuild ${LIVE_CONTACTS.name}`),
      ],
      { sql: `select pg_notify('contactstream_rebuilds', '') from queued`, parameters: [] },
    );
    return rows.length > 0;
  }

  /** @returns whether there was one to cancel; where it has begun, whoever has it cleans up */
  async cancel(): Promise<boolean> {
    const rows = await boundSql(
      this.em.fork(),
      `with cancelled as (
         update projection_rebuilds set cancel_requested = true,
           state = case state when 'queued' then 'cancelled' else state end,
           finished_at = case state when 'queued' then clock_timestamp() end
         where projection = $1 and finished_at is null returning 1
       )
       select pg_notify('contactstream_rebuilds', '') from cancelled`,
      [LIVE_CONTACTS.name],
    );
    return rows.length > 0;
  }

  /** The one that is going on, and the last one that is over. */
  async latest(): Promise<{ going: Rebuild | null; last: Rebuild | null }> {
    const rows = await boundSql<RebuildRow>(
      this.em.fork(),
      `(select ${COLUMNS} from projection_rebuilds r left join projection_progress p on p.projection = $2
        where r.projection = $1 and finished_at is null limit 1)
       union all
       (select ${COLUMNS.replace('p.position', 'null::bigint')} from projection_rebuilds r
        where r.projection = $1 and finished_at is not null order by finished_at desc limit 1)`,
      [LIVE_CONTACTS.name, REBUILT_CONTACTS.name],
    );
    const rebuilds = rows.map(rebuild);
    return {
      going: rebuilds.find(({ finishedAt }) => finishedAt === null) ?? null,
      last: rebuilds.find(({ finishedAt }) => finishedAt !== null) ?? null,
    };
  }
}

const COLUMNS = `r.id, r.state, r.cancel_requested, r.requested_at, r.started_at, r.finished_at, p.position, r.target,
  r.differences, r.error`;

interface RebuildRow {
  readonly id: string;
  readonly state: RebuildState;
  readonly cancel_requested: boolean;
  readonly requested_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly position: string | null;
  readonly target: string | null;
  readonly differences: RebuildDifferences | null;
  readonly error: string | null;
}

function rebuild(row: RebuildRow): Rebuild {
  return {
    id: row.id,
    state: row.state,
    cancelRequested: row.cancel_requested,
    requestedAt: new Date(row.requested_at),
    startedAt: time(row.started_at),
    finishedAt: time(row.finished_at),
    position: position(row.position),
    target: position(row.target),
    differences: row.differences,
    error: row.error,
  };
}

function time(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

function position(text: string | null): bigint | null {
  return text === null ? null : BigInt(text);
}
