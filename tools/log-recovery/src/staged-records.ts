import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type StoredEvent } from '#event-store';
import { boundSql } from '#platform';

import { type FetchedRecord } from '#kafka';
import { type Checkpoint, type RelayTopics } from '#publishing';
import { publishedEvent, tombstone } from './published-event.js';

/** What was read from Kafka, in a table of the transaction, beside the log that it is compared with. */
export class StagedRecords {
  /** Records that are no events of ours. */
  foreign = 0;

  private constructor(
    private readonly tx: SqlEntityManager,
    private readonly topics: RelayTopics,
  ) {}

  static async create(tx: SqlEntityManager, topics: RelayTopics): Promise<StagedRecords> {
    await boundSql(tx, RECORDS);
    return new StagedRecords(tx, topics);
  }

  async add(records: readonly FetchedRecord[]): Promise<void> {
    const rows = records.flatMap((record) => {
      const row = this.row(record);
      if (row === null) this.foreign += 1;
      return row ?? [];
    });
    await boundSql(
      this.tx,
      `insert into staged_records (topic, partition, record_offset, stream_id, version, position, account_id, type,
         data, run_id, occurred_at)
       select * from unnest($1::text[], $2::int[], $3::bigint[], $4::uuid[], $5::int[], $6::bigint[], $7::uuid[],
         $8::text[], $9::text[], $10::uuid[], $11::timestamptz[])`,
      COLUMNS.map((column) => rows.map((row) => row[column])),
    );
  }

  /** @returns the position of the first event that a partition still holds; null: none */
  async firstPosition(topic: string, partition: number): Promise<bigint | null> {
    const [row] = await boundSql<{ position: string }>(
      this.tx,
      `select position from staged_records where topic = $1 and partition = $2 and data is not null
       order by record_offset limit 1`,
      [topic, partition],
    );
    return row === undefined ? null : BigInt(row.position);
  }

  /** The events that `compareWithLog` found lacking, in position order. */
  async *lacking(): AsyncGenerator<StoredEvent[]> {
    for (let after = 0n; ;) {
      const rows = await boundSql<LackingRow>(
        this.tx,
        `select position, stream_id, version, account_id, type, data, run_id,
           to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as occurred_at
         from lacking_events where position > $1 order by position limit 200`,
        [String(after)],
      );
      const last = rows.at(-1);
      if (last === undefined) return;
      after = BigInt(last.position);
      yield rows.map(lackingEvent);
    }
  }

  /** The highest position that an event of ours has on either topic; 0: there is none. */
  async highestPosition(): Promise<bigint> {
    const [row] = await boundSql<{ highest: string | null }>(
      this.tx,
      'select max(position) as highest from staged_records',
    );
    return BigInt(row?.highest ?? 0);
  }

  /**
   * How far each topic holds the log, once that is whole again.
   *
   * @param known the checkpoint before
   */
  async checkpoint(known: Checkpoint, end: bigint): Promise<Checkpoint> {
    const [unsent] = await boundSql<{ events: string | null; state: string | null }>(this.tx, UNSENT, [
      this.topics.events,
      this.topics.state,
      String(known.events),
      String(known.state),
    ]);
    const before = (first: string | null | undefined): bigint => (first == null ? end : BigInt(first) - 1n);
    return { events: before(unsent?.events), state: before(unsent?.state) };
  }

  /** Notes where the partitions end, and the last event in each, as if the relay had sent them. */
  async recordPartitions(
    ends: readonly { readonly topic: string; readonly partition: number; readonly to: bigint }[],
  ): Promise<void> {
    await boundSql(this.tx, 'delete from relay_partitions where topic = any($1::text[])', [
      [this.topics.events, this.topics.state],
    ]);
    const used = ends.filter(({ to }) => to > 0n);
    await boundSql(
      this.tx,
      `insert into relay_partitions (relay, topic, partition, last_offset, last_position)
       select $1, topic, partition, end_offset - 1, (
         select coalesce(max(position), 0) from staged_records s
         where s.topic = ends.topic and s.partition = ends.partition)
       from unnest($2::text[], $3::int[], $4::bigint[]) as ends (topic, partition, end_offset)`,
      [
        this.topics.events,
        used.map(({ topic }) => topic),
        used.map(({ partition }) => partition),
        used.map(({ to }) => String(to)),
      ],
    );
  }

  private row(record: FetchedRecord): StagedRow | null {
    const { topic, partition, key } = record;
    const place = { topic, partition, offset: String(record.offset) };
    const event = publishedEvent(record);
    if (event !== null) return { ...place, ...event, position: String(event.position) };
    if (topic !== this.topics.state || key === null || !UUID.test(key)) return null;
    // Whatever else lies over a contact's state is older than any.
    const { version, position } = (record.value === null ? tombstone(record) : null) ?? NOTHING;
    return {
      ...place,
      streamId: key,
      version,
      position: String(position),
      accountId: null,
      type: null,
      data: null,
      runId: null,
      occurredAt: null,
    };
  }
}

interface StagedRow {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly streamId: string;
  readonly version: number;
  readonly position: string;
  readonly accountId: string | null;
  readonly type: string | null;
  readonly data: string | null;
  readonly runId: string | null;
  readonly occurredAt: string | null;
}

const COLUMNS = [
  'topic',
  'partition',
  'offset',
  'streamId',
  'version',
  'position',
  'accountId',
  'type',
  'data',
  'runId',
  'occurredAt',
] as const satisfies (keyof StagedRow)[];

interface LackingRow {
  readonly position: string;
  readonly stream_id: string;
  readonly version: number;
  readonly account_id: string;
  readonly type: string;
  readonly data: string;
  readonly run_id: string;
  readonly occurred_at: string;
}

function lackingEvent(row: LackingRow): StoredEvent {
  return {
    position: BigInt(row.position),
    streamId: row.stream_id,
    version: row.version,
    accountId: row.account_id,
    type: row.type,
    data: row.data,
    metadata: {},
    runId: row.run_id,
    occurredAt: row.occurred_at,
  };
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const NOTHING = { version: 0, position: 0n };

/** Without data: a record of the state topic that says no more than that an older state is over. */
const RECORDS = `
  create temporary table staged_records (
    topic text not null,
    partition integer not null,
    record_offset bigint not null,
    stream_id uuid not null,
    version integer not null,
    position bigint not null,
    account_id uuid,
    type text,
    data text,
    run_id uuid,
    occurred_at timestamptz
  ) on commit drop`;

/**
 * The first event that each topic lacks. The state topic has what a later state of the contact stands for, and where
 * it has a version that the log will never have, the contact's latest one is to be sent again.
 */
const UNSENT = `
  with states as (
    select distinct on (stream_id) stream_id, version from staged_records where topic = $2
    order by stream_id, record_offset desc
  ), snapshots as (
    select stream_id, max(version) as version from events
    where stream_id in (select stream_id from states) group by stream_id
  )
  select (
    select min(position) from events e where position > $3::bigint and not exists (
      select from staged_records s
      where s.topic = $1 and s.data is not null and s.stream_id = e.stream_id and s.version = e.version)
  ) as events, least(
    (select min(position) from events e
     where position > $4::bigint and stream_id not in (select stream_id from states)),
    (select min(e.position) from states join snapshots using (stream_id) join events e using (stream_id)
     where e.version > states.version or (states.version > snapshots.version and e.version = snapshots.version))
  ) as state`;
