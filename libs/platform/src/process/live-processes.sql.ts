import { type SqlEntityManager } from '@mikro-orm/postgresql';

import { boundSql } from '../database/bound-sql.js';

/** How often a process says that it lives. */
export const BEAT_MS = 5_000;

/** Without a word for so long, a process is gone. */
const SILENCE_MS = 3 * BEAT_MS;

/** A process as it says of itself. */
export interface LiveProcess {
  readonly id: string;
  /** Its host and number, for people. */
  readonly name: string;
  readonly roles: readonly string[];
  /** By the names of settings; never a secret. */
  readonly runsWith: Readonly<Record<string, string>>;
}

/** By the database's clock, which all processes share, as all of this. One row, by the primary key. */
export async function sayThatItLives(
  em: SqlEntityManager,
  { id, name, roles, runsWith }: LiveProcess,
): Promise<void> {
  await boundSql(
    em.fork(),
    `insert into processes (id, name, roles, runs_with, started_at, seen_at)
     values ($1, $2, $3, $4::jsonb, clock_timestamp(), clock_timestamp())
     on conflict (id) do update set seen_at = excluded.seen_at`,
    [id, name, roles, JSON.stringify(runsWith)],
  );
}

/** Takes away what a process said, and what those said that are gone. */
export async function forgetProcess(em: SqlEntityManager, id: string): Promise<void> {
  await boundSql(em.fork(), `delete from processes where id = $1 or not ${IS_LIVE}`, [id]);
}

/** The longest living first. */
export async function liveProcesses(em: SqlEntityManager): Promise<LiveProcess[]> {
  return boundSql<LiveProcess>(
    em.fork(),
    `select ${COLUMNS} from processes where ${IS_LIVE} order by started_at, id`,
  );
}

/** Those that began before a process. Of two that begin at once, one sees the other. */
export async function processesBefore(
  em: SqlEntityManager,
  id: string,
): Promise<(LiveProcess & { /** since it began */ readonly hasSpoken: boolean })[]> {
  return boundSql<LiveProcess & { hasSpoken: boolean }>(
    em.fork(),
    `with self as (select id as self_id, started_at as began_at from processes where id = $1)
     select ${COLUMNS}, seen_at > began_at as "hasSpoken" from processes, self
     where ${IS_LIVE} and (started_at, id) < (began_at, self_id)`,
    [id],
  );
}

const COLUMNS = 'id, name, roles, runs_with as "runsWith"';
const IS_LIVE = `seen_at > clock_timestamp() - interval '${SILENCE_MS} milliseconds'`;
