import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { type Actor } from '../audit-draft.js';
import { type ActorKind } from '../audit-entry.entity.js';

/** What an account may be set to, as REST has it; null: what the service itself is set to, or none. */
export type Setting = 'interval' | 'paused' | 'reference' | 'region';
export type SettingValue = string | boolean | null;

/** The settings that were changed, from what to what. */
export type ChangedSettings = Readonly<
  Partial<Record<Setting, { readonly from: SettingValue; readonly to: SettingValue }>>
>;

/** Keeps what the work of an entry changed, in the same transaction as the change. SQL, because it is one insertion. */
export async function keepSettingChange(
  tx: SqlEntityManager,
  entryId: string,
  accountId: string,
  changes: ChangedSettings,
): Promise<void> {
  await boundSql(tx, 'insert into setting_changes (entry_id, account_id, changes) values ($1, $2, $3)', [
    entryId,
    accountId,
    JSON.stringify(changes),
  ]);
}

/** Who set something, and when. */
export interface SetBy {
  readonly accountId: string;
  readonly actor: Actor;
  readonly at: Date;
}

/** Changes of settings, for whoever looks at an account. */
export class SettingChanges {
  constructor(private readonly em: SqlEntityManager) {}

  /** The last change of a setting of each account that has one. By the index setting_changes_account. */
  async last(setting: Setting, accountIds: readonly string[]): Promise<SetBy[]> {
    if (accountIds.length === 0) return [];
    const rows = await boundSql<{ accountId: string; kind: ActorKind; name: string | null; at: string }>(
      this.em.fork(),
      `select distinct on (change.account_id) change.account_id as "accountId", entry.actor_kind as kind,
         entry.actor_name as name, entry.occurred_at as at
       from setting_changes change join audit_entries entry on entry.id = change.entry_id
       where change.account_id = any($1::uuid[]) and jsonb_exists(change.changes, $2)
       order by change.account_id, entry.occurred_at desc, entry.id desc`,
      [accountIds, setting],
    );
    return rows.map(({ accountId, kind, name, at }) => ({
      accountId,
      actor: { kind, name },
      at: new Date(at),
    }));
  }
}
