import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { type AuditSubject, type Settlement } from './audit-draft.js';

/**
 * Fills in the outcome of an entry, and what was not known when it was begun. SQL, because what is known already stays.
 * By the primary key.
 */
export async function settleEntry(
  em: SqlEntityManager,
  id: string,
  { outcome, code }: Settlement,
  { accountId, object }: AuditSubject,
): Promise<void> {
  await boundSql(
    em,
    `update audit_entries set outcome = $2, code = $3, settled_at = clock_timestamp(),
       account_id = coalesce(account_id, $4), object = coalesce(object, $5)
     where id = $1 and outcome is null`,
    [id, outcome, code, accountId ?? null, object ?? null],
  );
}
