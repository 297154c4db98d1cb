import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { type FallbackReason, type Run, type RunMode } from '../runs/run.entity.js';
import { type SyncList, SyncListEntity } from '../runs/sync-list.entity.js';
import { chosenMode } from '../worker/chosen-mode.sql.js';

const CHOSEN = chosenMode(
  '$3::text',
  { token: 'list.sync_token', tokenRequest: 'list.sync_token_request' },
  '$4::text',
);

/** The list as a run would begin it, and how the run would ask; a list has no row before its first run. */
export async function readListToBegin(
  em: SqlEntityManager,
  { accountId, list, requestedMode }: Run,
  requestFingerprint: string,
): Promise<{
  readonly list: SyncList;
  readonly chosen: { readonly mode: RunMode; readonly fallbackReason: FallbackReason | null };
}> {
  const [row] = await boundSql<{ token: string | null; mode: RunMode; reason: FallbackReason | null }>(
    em,
    `select list.sync_token as token, ${CHOSEN.mode} as mode, ${CHOSEN.fallbackReason} as reason
     from (select $1::uuid as account_id, $2::text as list) as asked left join sync_lists list using (account_id, list)`,
    [accountId, list, requestedMode, requestFingerprint],
  );
  const { token = null, mode = 'full', reason = null } = row ?? {};
  return {
    list: em.create(
      SyncListEntity,
      { accountId, list, syncToken: token, epoch: 1, failures: 0 },
      { persist: false },
    ),
    chosen: { mode, fallbackReason: reason },
  };
}
