import { Migration } from '@mikro-orm/migrations';

/** The leases of accounts move to the one table of leases. */
export class SyncLeases extends Migration {
  override up(): void {
    this.addSql(`
      insert into leases (name, owner, fencing_token, expires_at)
      select 'account ' || account_id, owner, fencing_token, expires_at from sync_leases`);
    this.addSql('drop table sync_leases');
  }

  override down(): void {
    this.addSql(`
      create table sync_leases (
        account_id uuid primary key references accounts (id) on delete cascade,
        owner text,
        fencing_token bigint not null,
        expires_at timestamptz not null
      )`);
    this.addSql(`
      insert into sync_leases (account_id, owner, fencing_token, expires_at)
      select accounts.id, owner, fencing_token, expires_at
      from leases join accounts on leases.name = 'account ' || accounts.id`);
    this.addSql(`delete from leases where name like 'account %'`);
  }
}
