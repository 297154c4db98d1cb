import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { LIVE_CONTACTS } from '../projection/contact.entity.js';

/** How often a process that follows says so, and looks for rebuilds that nobody told of. */
export const POLL_MS = 5_000;

/** Without a word for so long, nobody follows. */
const SILENCE_MS = 3 * POLL_MS;

/** By the database's clock, which all processes share: so it is SQL. The row is found by the primary key. */
export async function sayThatItFollows(em: SqlEntityManager): Promise<void> {
  await boundSql(
    em.fork(),
    `insert into projection_followers (projection, seen_at) values ($1, clock_timestamp())
     on conflict (projection) do update set seen_at = excluded.seen_at`,
    [LIVE_CONTACTS.name],
  );
}

/** Whether some process fills the read model. */
export async function isFollowed(em: SqlEntityManager): Promise<boolean> {
  const rows = await boundSql(
    em.fork(),
    `select 1 from projection_followers
     where projection = $1 and seen_at > clock_timestamp() - $2 * interval '1 millisecond'`,
    [LIVE_CONTACTS.name, SILENCE_MS],
  );
  return rows.length > 0;
}
