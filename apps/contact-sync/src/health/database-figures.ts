import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { lastPosition } from '#event-store';
import { boundSql, poolFigures, type PoolFigures } from '#platform';

/** What the tables hold at one moment. */
export interface StoredCounts {
  readonly quarantined: number;
  readonly heldDeletions: number;
  /** Open ones of both kinds. */
  readonly deadLetters: number;
  /** Those of them that Kafka refused. */
  readonly refusedRecords: number;
  /** Seconds since the last good sync of each account that is connected and not paused; none of those never synced. */
  readonly successAges: readonly number[];
  /** Seconds since the oldest sync token of theirs was obtained; null where there is none. */
  readonly oldestToken: number | null;
  readonly accounts: readonly { readonly state: string; readonly count: number }[];
  /** Runs that are active, and those that were queued within the last day. */
  readonly runs: readonly { readonly state: string; readonly mode: string; readonly count: number }[];
}

/** Counts rows for the metrics, each by an index or in a table that stays small; and the connections that this process has. */
export class DatabaseFigures {
  private countedTo: bigint | null = null;
  private readonly totals = new Map<string, number>();

  constructor(
    private readonly em: SqlEntityManager,
    /** The name of the relay whose refused records count: its events topic's. */
    private readonly relay: string,
  ) {}

  connections(): PoolFigures | null {
    return poolFigures();
  }

  async counts(): Promise<StoredCounts> {
    const [row] = await boundSql<StoredCounts>(this.em.fork(), COUNTS, [this.relay]);
    if (row === undefined) throw new Error('The counts have no row');
    return row;
  }

  /** Events that were appended since the first call, by type. */
  async appended(): Promise<ReadonlyMap<string, number>> {
    const em = this.em.fork();
    const after = this.countedTo;
    const to = await lastPosition(em);
    if (after !== null && to > after) {
      // Position order is commit order: nothing turns up below it later.
      const rows = await boundSql<{ type: string; count: number }>(
        em,
        'select type, count(*)::int as count from events where position > $1 and position <= $2 group by type',
        [String(after), String(to)],
      );
      for (const { type, count } of rows) this.totals.set(type, (this.totals.get(type) ?? 0) + count);
    }
    this.countedTo = to;
    return this.totals;
  }
}

const COUNTS = `
  select
    (select count(*)::int from quarantined_persons where state = 'open') as quarantined,
    (select count(*)::int from held_deletions) as "heldDeletions",
    (select count(*)::int from dead_letters where state = 'open') + refused.count as "deadLetters",
    refused.count as "refusedRecords",
    tended.ages as "successAges", tended.oldest as "oldestToken",
    (select coalesce(json_agg(a), '[]') from
      (select state, count(*)::int as count from accounts group by state) a) as accounts,
    (select coalesce(json_agg(r), '[]') from
      (select state, mode, count(*)::int as count from sync_runs
       where state in ('queued', 'running') or queued_at > now() - interval '1 day'
       group by state, mode) r) as runs
  from (select count(*)::int from refused_records where relay = $1 and state = 'open') as refused,
    (select coalesce(array_agg(greatest(0, extract(epoch from now() - succeeded_at))::float8)
        filter (where succeeded_at is not null), '{}') as ages,
        max(extract(epoch from now() - sync_token_obtained_at))::float8 as oldest
      from sync_lists join accounts account on account.id = account_id
      where account.state = 'connected' and not account.paused) as tended`;
