import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { RELAYED_PARTITIONS } from './relayed-partitions.sql.js';

/**
 * The number under which the events of a topic that were passed without being sent stand among its partitions. Their
 * offsets are those of {@link WithheldEvents}.
 */
export const WITHHELD_PARTITION = -1;

/** The last record that Kafka acknowledged in a partition. */
export interface RelayedPartition {
  /** {@link WITHHELD_PARTITION} is none of Kafka's. */
  readonly partition: number;
  readonly lastOffset: bigint;
  /** The highest log position in the partition; 0: not known. */
  readonly lastPosition: bigint;
}

interface RelayedTopic {
  readonly position: bigint;
  readonly statePosition: bigint;
  readonly partitions: RelayedPartition[];
}

/** What the relay has recorded, for every process that asks. */
export class RelayedPartitions {
  constructor(private readonly em: SqlEntityManager) {}

  /**
   * Where a reader finds the log. All of it is of one moment.
   *
   * @returns `position`: every event up to here is in one of the partitions, if it is an events topic, after which a
   * relay is named; 0 before the first, and for any other topic. `statePosition`: the same of the relay's state topic,
   * which holds each contact as it was here, or later. It may be ahead or behind: either topic may be filled anew
   */
  async of(topic: string): Promise<RelayedTopic> {
    const em = this.em.fork({ keepTransactionContext: true });
    const rows = await boundSql<PartitionRow>(em, RELAYED_PARTITIONS, [topic, WITHHELD_PARTITION]);
    return {
      position: BigInt(rows[0]?.position ?? 0),
      statePosition: BigInt(rows[0]?.state_position ?? 0),
      partitions: rows.flatMap(({ partition, last_offset: lastOffset, last_position: lastPosition }) =>
        partition === null
          ? []
          : [{ partition, lastOffset: BigInt(lastOffset), lastPosition: BigInt(lastPosition) }],
      ),
    };
  }

  /** The same, of the partitions that Kafka has. */
  async onKafka(topic: string): Promise<RelayedTopic> {
    const { partitions, ...positions } = await this.of(topic);
    return {
      ...positions,
      partitions: partitions.filter(({ partition }) => partition !== WITHHELD_PARTITION),
    };
  }
}

interface PartitionRow {
  readonly position: string | null;
  readonly state_position: string | null;
  /** null: the topic has none. */
  readonly partition: number | null;
  readonly last_offset: string;
  readonly last_position: string;
}
