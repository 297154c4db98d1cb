import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/** How many are kept: whoever begins without end pushes out the oldest, and fills no disk. */
const MOST = 10_000;

/**
 * Deletes sign-ins that ended a day ago, until when a page that is opened again tells what became of them, and all but the
 * newest. In one statement, where the ORM would read them first; the index sign_ins_expires_at serves both conditions.
 */
export async function deleteOldSignIns(em: SqlEntityManager): Promise<void> {
  await boundSql(
    em,
    `delete from sign_ins where expires_at < now() - interval '1 day'
       or expires_at < (select expires_at from sign_ins order by expires_at desc offset $1 limit 1)`,
    [MOST - 1],
  );
}
