import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type WholeEvent } from '#event-store';
import { boundSql } from '#platform';

import { READ_LACKING_EVENTS } from './read-lacking-events.sql.js';

/** The events that `compareWithLog` found lacking, in position order. */
export async function* lackingEvents(tx: SqlEntityManager): AsyncGenerator<WholeEvent[]> {
  for (let after = 0n; ;) {
    const rows = await boundSql<LackingRow>(tx, READ_LACKING_EVENTS, [String(after)]);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = BigInt(last.position);
    yield rows.map(storedEvent);
  }
}

interface LackingRow {
  readonly position: string;
  readonly stream_id: string;
  readonly version: number;
  readonly account_id: string;
  readonly type: string;
  readonly data: string;
  readonly run_id: string;
  readonly occurred_at: string;
  readonly account_ref: string | null;
}

function storedEvent(row: LackingRow): WholeEvent {
  return {
    position: BigInt(row.position),
    streamId: row.stream_id,
    version: row.version,
    accountId: row.account_id,
    type: row.type,
    data: row.data,
    // The source ids that the log had here, too, were never published.
    metadata: row.account_ref === null ? {} : { accountRef: row.account_ref },
    runId: row.run_id,
    occurredAt: row.occurred_at,
  };
}
