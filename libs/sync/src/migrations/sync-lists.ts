import { Migration } from '@mikro-orm/migrations';

/**
 * What a sync goes on with belongs to a list of an account, not to the account: its token, its times, and how far its
 * active run has come. What a page showed is kept by what became of it.
 */
export class SyncLists extends Migration {
  override up(): void {
    this.addSql(`
      create table sync_lists (
        account_id uuid not null references accounts (id) on delete cascade,
        list text not null,
        next_sync_at timestamptz,
        sync_token text,
        sync_token_request text,
        sync_token_obtained_at timestamptz,
        full_synced_at timestamptz,
        epoch integer not null,
        epoch_started_at timestamptz,
        next_page_token text,
        pending_sync_token text,
        primary key (account_id, list)
      )`);
    // A run that is under way begins its pages anew.
    this.addSql(`
      insert into sync_lists (account_id, list, next_sync_at, sync_token, sync_token_request, sync_token_obtained_at,
        full_synced_at, epoch, epoch_started_at)
      select id, 'contacts', next_sync_at, sync_token, sync_token_request, sync_token_obtained_at, full_synced_at, 1, now()
      from accounts`);
    for (const column of [
      'next_sync_at',
      'sync_token',
      'sync_token_request',
      'sync_token_obtained_at',
      'full_synced_at',
    ]) {
      this.addSql(`alter table accounts drop column ${column}`);
    }
    this.addSql(`alter table sync_runs add column list text not null default 'contacts'`);
    this.addSql('alter table sync_runs alter column list drop default');
    for (const column of [
      'epoch',
      'epoch_started_at',
      'next_page_token',
      'sync_token',
      'pending_sync_token',
    ]) {
      this.addSql(`alter table sync_runs drop column ${column}`);
    }
    this.addSql('delete from sync_run_pages');
    this.addSql('alter table sync_run_pages drop column contact_ids, drop column outcomes');
    // Ids of contacts. An array a page, so that an unchanged sync rewrites no contact.
    this.addSql(`
      alter table sync_run_pages add column created uuid[] not null, add column updated uuid[] not null,
        add column unchanged uuid[] not null`);
  }

  override down(): void {
    throw new Error('The page progress of runs cannot be put back; restore a backup from before');
  }
}
