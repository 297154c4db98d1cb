import { Migration } from '@mikro-orm/migrations';

/** Who may write what, until when, and the function that every statement under a lease calls. */
export class Leases extends Migration {
  override up(): void {
    this.addSql(`
      create table leases (
        name text primary key,
        owner text,
        fencing_token bigint not null,
        expires_at timestamptz not null
      )`);
    // Each query of a volatile function sees what was committed before it began, so the row is the newest one even
    // where the calling statement began before another process's commit. LE is no class of PostgreSQL's own.
    this.addSql(`
      create function lock_lease(lease_name text, token bigint, renewed_for double precision default null)
      returns timestamptz language plpgsql volatile as $$
      begin
        perform 1 from leases where name = lease_name and fencing_token = token and owner is not null for update;
        if not found then
          raise exception 'The lease "%" was released, or another process has taken it over', lease_name
            using errcode = 'LE001';
        end if;
        if renewed_for is not null then
          update leases set expires_at = clock_timestamp() + make_interval(secs => renewed_for)
          where name = lease_name;
        end if;
        return date_trunc('milliseconds', clock_timestamp());
      end $$`);
  }

  override down(): void {
    this.addSql('drop function lock_lease');
    this.addSql('drop table leases');
  }
}
