import { randomUUID } from 'node:crypto';

import { type BenchDatabase } from './bench-database.js';
import { copiedId } from './copied-id.js';
import { type Google } from './google.js';
import { BenchService } from './service.js';

/** The key under which libs/event-store draws positions; a reader must not see them out of order here either. */
const APPEND_LOCK = '7165066978298918004';

/** Syncs an account, keeps its events for {@link LogCopies}, and empties the log and the read model. */
export async function keepEvents(database: BenchDatabase, google: Google, contacts: number): Promise<void> {
  const service = await BenchService.start({ database, google, roles: 'api,scheduler' });
  const account = await database.connectAccount(await google.createAccount(contacts));
  try {
    await service.sync('full', account);
  } finally {
    await service.stop();
  }
  await database.query('create table bench_events as select * from events order by position');
  await database.query('analyze bench_events');
  await database.forget([account], false);
}

/** Events of a first sync, which are appended any number of times as those of other contacts. */
export class LogCopies {
  /** @param database in which {@link keepEvents} has kept some */
  constructor(readonly database: BenchDatabase) {}

  /**
   * Appends them all under ids of their own, in one transaction.
   *
   * @returns when they were committed, on our monotonic clock, and the last position
   */
  async append(): Promise<{ readonly committedAt: number; readonly position: string }> {
    await this.database.query('begin');
    await this.database.query(`select pg_advisory_xact_lock(${APPEND_LOCK})`);
    const [last] = await this.database.query<{ position: string }>(APPEND, [randomUUID()]);
    await this.database.query(`select pg_notify('contactstream_events', '')`);
    await this.database.query('commit');
    const committedAt = performance.now();
    if (last === undefined) throw new Error('There are no events to append');
    return { committedAt, position: last.position };
  }
}

const ID = copiedId('$1', 'stream_id');

const APPEND = `
  with appended as (
    insert into events (stream_id, version, account_id, type, data, metadata, run_id, occurred_at)
    select ${ID}, version, $1::uuid, type,
      replace(replace(data::text, stream_id::text, ${ID}::text), account_id::text, $1::text)::json,
      metadata, run_id, occurred_at
    from bench_events order by position
    returning position
  )
  select max(position)::text as position from appended`;
