import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type FetchedRecord } from '#kafka';
import { boundSql } from '#platform';
import { type Checkpoint, type RelayTopics } from '#publishing';

import { CREATE_STAGED_RECORDS, STAGED_COLUMNS } from './create-staged-records.sql.js';
import { FIRST_POSITION } from './first-position.sql.js';
import { ANALYZE_STAGED_RECORDS, INDEX_STAGED_RECORDS } from './index-staged-records.sql.js';
import { LAST_POSITIONS } from './last-positions.sql.js';
import { publishedEvent, tombstone } from './published-event.js';
import { STAGE_RECORDS } from './stage-records.sql.js';
import { UNSENT_EVENTS } from './unsent-events.sql.js';

/** What was read from Kafka, in a temporary table of the transaction, where it can be compared with the log. */
export class StagedRecords {
  /** Records that are no events of this service. */
  foreign = 0;

  private constructor(
    private readonly tx: SqlEntityManager,
    private readonly topics: RelayTopics,
  ) {}

  static async create(tx: SqlEntityManager, topics: RelayTopics): Promise<StagedRecords> {
    await boundSql(tx, CREATE_STAGED_RECORDS);
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
      STAGE_RECORDS,
      COLUMNS.map((column) => rows.map((row) => row[column])),
    );
  }

  /** To be called once all are added, before they are compared. */
  async complete(): Promise<void> {
    await boundSql(this.tx, INDEX_STAGED_RECORDS);
    await boundSql(this.tx, ANALYZE_STAGED_RECORDS);
  }

  /** @returns the position of the first event that a partition still holds; null: none */
  async firstPosition(topic: string, partition: number): Promise<bigint | null> {
    const [row] = await boundSql<{ position: string }>(this.tx, FIRST_POSITION, [topic, partition]);
    return row === undefined ? null : BigInt(row.position);
  }

  /** The highest position that an event of ours has in each partition; a partition without any is left out. */
  async lastPositions(): Promise<{ topic: string; partition: number; lastPosition: bigint }[]> {
    const rows = await boundSql<{ topic: string; partition: number; last_position: string }>(
      this.tx,
      LAST_POSITIONS,
    );
    return rows.map(({ topic, partition, last_position: position }) => ({
      topic,
      partition,
      lastPosition: BigInt(position),
    }));
  }

  /**
   * How far each topic holds the log, once that is whole again.
   *
   * @param stored the checkpoint that the relay had
   * @param end the log's last position
   */
  async checkpoint(stored: Checkpoint, end: bigint): Promise<Checkpoint> {
    const [unsent] = await boundSql<{ events: string | null; state: string | null }>(this.tx, UNSENT_EVENTS, [
      this.topics.events,
      this.topics.state,
      String(stored.events),
      String(stored.state),
    ]);
    const heldUpTo = (firstUnsent: string | null | undefined): bigint =>
      firstUnsent == null ? end : BigInt(firstUnsent) - 1n;
    return { events: heldUpTo(unsent?.events), state: heldUpTo(unsent?.state) };
  }

  private row(record: FetchedRecord): StagedRow | null {
    const { topic, partition, key, headers } = record;
    const place = { topic, partition, record_offset: String(record.offset) };
    const event = publishedEvent(record);
    if (event !== null) {
      return {
        ...place,
        stream_id: event.streamId,
        version: event.version,
        position: String(event.position),
        account_id: event.accountId,
        type: event.type,
        data: event.data,
        run_id: event.runId,
        occurred_at: event.occurredAt,
        account_ref: headers.ce_accountref ?? null,
      };
    }
    if (topic !== this.topics.state || key === null || !UUID.test(key)) return null;
    // A record that we did not write sorts before every version of ours.
    const { version, position } = (record.value === null ? tombstone(record) : null) ?? NOTHING;
    return {
      ...place,
      stream_id: key,
      version,
      position: String(position),
      account_id: null,
      type: null,
      data: null,
      run_id: null,
      occurred_at: null,
      account_ref: null,
    };
  }
}

type StagedRow = Readonly<Record<keyof typeof STAGED_COLUMNS, string | number | null>>;

const COLUMNS = Object.keys(STAGED_COLUMNS) as (keyof StagedRow)[];
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const NOTHING = { version: 0, position: 0n };
