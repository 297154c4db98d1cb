import { type Pool } from 'pg';

/** The connections of this process to PostgreSQL, at one moment. */
export interface PoolFigures {
  readonly inUse: number;
  readonly idle: number;
  /** Who waits for one. */
  readonly waiting: number;
}

/** Each with how many wait for their turn before they ask it. */
const pools = new Map<Pool, () => number>();

export function countPool(pool: Pool, inTurn: () => number): void {
  pools.set(pool, inTurn);
}

/** @returns null where there is no pool yet */
export function poolFigures(): PoolFigures | null {
  for (const pool of pools.keys()) if (pool.ended) pools.delete(pool);
  if (pools.size === 0) return null;
  let [inUse, idle, waiting] = [0, 0, 0];
  for (const [pool, inTurn] of pools) {
    inUse += pool.totalCount - pool.idleCount;
    idle += pool.idleCount;
    waiting += pool.waitingCount + inTurn();
  }
  return { inUse, idle, waiting };
}
