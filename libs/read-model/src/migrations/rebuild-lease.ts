import { Migration } from '@mikro-orm/migrations';

/** The lease of rebuilds moves to the one table of leases: one a projection, not one a rebuild. */
export class RebuildLease extends Migration {
  override up(): void {
    this.addSql(`
      insert into leases (name, owner, fencing_token, expires_at)
      select 'rebuild ' || projection, max(owner) filter (where finished_at is null), max(fencing),
        coalesce(max(leased_until) filter (where finished_at is null), clock_timestamp())
      from projection_rebuilds group by projection`);
    this.addSql(`
      alter table projection_rebuilds drop column owner, drop column fencing, drop column leased_until`);
  }

  override down(): void {
    this.addSql(`
      alter table projection_rebuilds add column owner text, add column fencing bigint not null default 0,
        add column leased_until timestamptz`);
    this.addSql(`
      update projection_rebuilds rebuild set owner = lease.owner, fencing = lease.fencing_token,
        leased_until = lease.expires_at
      from leases lease where lease.name = 'rebuild ' || rebuild.projection and rebuild.finished_at is null`);
    this.addSql(`delete from leases where name like 'rebuild %'`);
  }
}
