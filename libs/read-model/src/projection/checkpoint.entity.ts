import { defineEntity, p } from '@mikro-orm/core';
import { LockMode, type SqlEntityManager } from '@mikro-orm/postgresql';

import { type FeedCheckpoint } from '../feed/contact-feed.js';
import { type ProjectionTarget } from './contact.entity.js';

/** How far a projection is in one partition of a source. It is moved with the rows (move-checkpoint.sql.ts). */
export const CheckpointEntity = defineEntity({
  name: 'ProjectionCheckpoint',
  tableName: 'projection_checkpoints',
  properties: {
    projection: p.text().primary(),
    source: p.text().primary(),
    partition: p.integer().primary(),
    nextOffset: p.bigint('bigint'),
    position: p.bigint('bigint'),
    movedAt: p.datetime(),
  },
});

/** The checkpoints of a projection in the partitions of a source. */
export async function readCheckpoints(
  em: SqlEntityManager,
  { name: projection }: ProjectionTarget,
  source: string,
): Promise<FeedCheckpoint[]> {
  const rows = await em.find(
    CheckpointEntity,
    { projection, source },
    { orderBy: { partition: 'asc' }, disableIdentityMap: true },
  );
  return rows.map(({ partition, nextOffset, position }) => ({
    source,
    partition,
    offset: nextOffset,
    position,
  }));
}

/** Keeps others from moving a projection's checkpoints, all or that of one partition, until the transaction ends. */
export async function lockCheckpoints(
  tx: SqlEntityManager,
  { name: projection }: ProjectionTarget,
  partition: Pick<FeedCheckpoint, 'source' | 'partition'> | null = null,
): Promise<void> {
  const one = partition === null ? {} : { source: partition.source, partition: partition.partition };
  await tx.find(
    CheckpointEntity,
    { projection, ...one },
    {
      orderBy: { source: 'asc', partition: 'asc' },
      lockMode: LockMode.PESSIMISTIC_WRITE,
      disableIdentityMap: true,
    },
  );
}
