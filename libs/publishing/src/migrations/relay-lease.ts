import { Migration } from '@mikro-orm/migrations';

/** The leases of relays move to the one table of leases. */
export class RelayLease extends Migration {
  override up(): void {
    this.addSql(`
      insert into leases (name, owner, fencing_token, expires_at)
      select 'relay ' || name, owner, fencing, coalesce(leased_until, clock_timestamp()) from relays`);
    this.addSql('alter table relays drop column owner, drop column fencing, drop column leased_until');
  }

  override down(): void {
    this.addSql(`
      alter table relays add column owner text, add column fencing bigint not null default 0,
        add column leased_until timestamptz`);
    this.addSql(`
      update relays set owner = lease.owner, fencing = lease.fencing_token, leased_until = lease.expires_at
      from leases lease where lease.name = 'relay ' || relays.name`);
    this.addSql(`delete from leases where name like 'relay %'`);
  }
}
