import { Migration } from '@mikro-orm/migrations';

/**
 * What an entry changed of an account's settings. It stands apart from the entry: it may tell what another product calls
 * the account, and goes with the account.
 */
export class SettingChanges extends Migration {
  /** The entries may be millions, and are written while their index is made; so each step may be done again. */
  override isTransactional(): boolean {
    return false;
  }

  override up(): void {
    this.addSql(`
      create table if not exists setting_changes (
        entry_id uuid primary key references audit_entries (id) on delete cascade,
        account_id uuid not null references accounts (id) on delete cascade,
        changes jsonb not null
      )`);
    this.addSql('create index if not exists setting_changes_account on setting_changes (account_id)');
    // Without the syncs that somebody asks for, maybe each few minutes: they are found with their runs.
    this.addSql('drop index concurrently if exists audit_entries_of_account');
    this.addSql(`
      create index concurrently audit_entries_of_account on audit_entries (account_id, occurred_at desc, id desc)
      where account_id is not null and action <> 'sync.run' and outcome is distinct from 'refused'`);
  }

  override down(): void {
    this.addSql('drop index concurrently if exists audit_entries_of_account');
    this.addSql('drop table if exists setting_changes');
  }
}
