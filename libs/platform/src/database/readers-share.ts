import { type Pool, type PoolClient } from 'pg';

import { POOL_FULL } from './passing-error.js';
import { requestWork } from './statement-limit.js';

/** Of the pool: however many requests read however much, all that changes something finds a connection. */
const SHARE = 0.6;

interface Waiting {
  readonly begin: () => void;
}

type Connect = () => Promise<PoolClient>;

/**
 * Lets requests that read hold a part of the pool's connections at most, and wait for each other for the others.
 *
 * @param waitMs how long; then it is as if the pool had none
 * @returns how many wait for each other
 */
export function limitReaders(pool: Pool, waitMs: number): () => number {
  const most = Math.max(1, Math.floor(pool.options.max * SHARE));
  const waiting = new Set<Waiting>();
  const held = new Set<PoolClient>();
  let taken = 0;
  const giveBack = (): void => {
    const [next] = waiting;
    if (next === undefined) taken -= 1;
    else next.begin();
  };
  pool.on('release', (_, client) => {
    if (held.delete(client)) giveBack();
  });
  const connect = pool.connect.bind(pool) as Connect;
  const connectInTurn = async (gone: AbortSignal): Promise<PoolClient> => {
    if (taken < most) taken += 1;
    else await turn(waiting, waitMs, gone);
    try {
      const client = await connect();
      held.add(client);
      return client;
    } catch (error) {
      giveBack();
      throw error;
    }
  };
  pool.connect = ((...callback: unknown[]) => {
    // Whose caller may hang up, reads.
    const gone = callback.length === 0 ? requestWork()?.gone : null;
    return gone ? connectInTurn(gone) : (connect as (...args: unknown[]) => unknown)(...callback);
  }) as Pool['connect'];
  return () => waiting.size;
}

/** @throws as the pool does whose connections are all in use, also for a caller who is gone */
function turn(waiting: Set<Waiting>, waitMs: number, gone: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      clearTimeout(timer);
      gone.removeEventListener('abort', giveUp);
      waiting.delete(place);
    };
    const giveUp = (): void => {
      leave();
      reject(new Error(POOL_FULL));
    };
    const place = {
      begin: () => {
        leave();
        resolve();
      },
    };
    const timer = setTimeout(giveUp, waitMs);
    gone.addEventListener('abort', giveUp);
    waiting.add(place);
  });
}
