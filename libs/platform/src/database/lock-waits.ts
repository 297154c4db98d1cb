import { setTimeout as delay } from 'node:timers/promises';

import { type Client } from 'pg';

import { MIGRATING } from './migration-limits.js';

const LOOK_MS = 100;

/** Who keeps a migration from a lock. */
export interface LockWait {
  /** null: it waits for something else. */
  readonly table: string | null;
  readonly pid: number;
  readonly user: string | null;
  /** What the program calls itself; null where our role may not see it. */
  readonly program: string | null;
  readonly state: string | null;
  /** Since when its transaction stands, for people. */
  readonly since: string | null;
}

/** The one who has had its lock the longest is told of. */
const WAITS = `
  select wanted.relation::regclass::text as table, holder.pid, holder.usename as user, nullif(holder.application_name, '') as program,
    holder.state, to_char(holder.xact_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS"Z"') as since
  from pg_stat_activity waiting
    join pg_locks wanted on wanted.pid = waiting.pid and not wanted.granted
    join pg_stat_activity holder on holder.pid = any(pg_blocking_pids(waiting.pid))
  where waiting.datname = current_database() and waiting.application_name = '${MIGRATING}'
  order by holder.xact_start limit 1`;

/** Looks again and again for whom a migration waits: once it has given up, PostgreSQL does not know any more. */
export function watchWaits(client: Client): {
  readonly last: () => Promise<LockWait | null>;
  readonly stop: () => Promise<void>;
} {
  let seen: LockWait | null = null;
  const over = new AbortController();
  const looking = (async () => {
    while (!over.signal.aborted) {
      const { rows } = await client.query<LockWait>(WAITS);
      seen = rows[0] ?? seen;
      await delay(LOOK_MS, undefined, { signal: over.signal }).catch(() => undefined);
    }
  })().catch(() => undefined);
  const stop = async (): Promise<void> => {
    over.abort();
    await looking;
  };
  return {
    last: async () => {
      await stop();
      return seen;
    },
    stop,
  };
}

/** Without its statement, which may name a contact. */
export function sessionInWords({ pid, user, program, state, since }: LockWait): string {
  const told = [
    program === null ? null : `"${program}"`,
    user === null ? null : `user "${user}"`,
    state,
    since === null ? null : `in its transaction since ${since}`,
  ];
  const known = told.filter((part) => part !== null);
  return `session ${pid}${known.length === 0 ? '' : ` (${known.join(', ')})`}`;
}
