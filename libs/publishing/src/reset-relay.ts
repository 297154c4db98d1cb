import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { OPEN_RELAY } from './open-relay.sql.js';
import { type Checkpoint, type RelayTopics } from './relay-topics.js';
import { type RelayedPartition } from './relayed-partitions.js';
import { RESET_RELAY } from './reset-relay.sql.js';

/** How far a relay is, found out by looking at its topics. */
export interface RelayStand {
  readonly checkpoint: Checkpoint;
  /** Every partition that holds something. */
  readonly partitions: readonly (RelayedPartition & { readonly topic: string })[];
}

/**
 * Sets a relay to what its topics hold; the next leader goes on from there.
 *
 * @param tx of a transaction that has taken the lease from the leader
 * @param find tells what the topics hold, given the checkpoint that was stored
 */
export async function resetRelay(
  tx: SqlEntityManager,
  topics: RelayTopics,
  find: (stored: Checkpoint) => Promise<RelayStand>,
): Promise<void> {
  const [row] = await boundSql<{ position: string; state_position: string }>(tx, OPEN_RELAY, [topics.events]);
  const stored = { events: BigInt(row?.position ?? 0), state: BigInt(row?.state_position ?? 0) };
  const { checkpoint, partitions } = await find(stored);
  await boundSql(tx, RESET_RELAY, [
    topics.events,
    String(checkpoint.events),
    String(checkpoint.state),
    [topics.events, topics.state],
    partitions.map(({ topic }) => topic),
    partitions.map(({ partition }) => partition),
    partitions.map(({ lastOffset }) => String(lastOffset)),
    partitions.map(({ lastPosition }) => String(lastPosition)),
  ]);
}
