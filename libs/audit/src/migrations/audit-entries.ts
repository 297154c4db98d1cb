import { Migration } from '@mikro-orm/migrations';

/** Who did what. PostgreSQL itself keeps the entries as they were written. */
export class AuditEntries extends Migration {
  override up(): void {
    this.addSql(`
      create table audit_entries (
        id uuid primary key,
        occurred_at timestamptz(3) not null default clock_timestamp(),
        actor_kind text not null
          check (actor_kind in ('token', 'person', 'anyone', 'link', 'service', 'operator', 'unknown')),
        actor_name text check (length(actor_name) <= 200),
        action text not null check (length(action) <= 100),
        account_id uuid,
        object text check (length(object) <= 300),
        reason text check (length(reason) <= 200),
        request_id text check (length(request_id) <= 100),
        count integer not null default 1 check (count > 0),
        outcome text check (outcome in ('done', 'refused', 'failed')),
        code text check (length(code) <= 100),
        settled_at timestamptz(3),
        check ((outcome is null) = (settled_at is null))
      )`);
    this.addSql('create index audit_entries_newest on audit_entries (occurred_at desc, id desc)');
    this.addSql(
      'create index audit_entries_account on audit_entries (account_id, occurred_at desc, id desc) where account_id is not null',
    );
    this.addSql('create index audit_entries_actor on audit_entries (actor_name, occurred_at desc, id desc)');
    this.addSql('create index audit_entries_action on audit_entries (action, occurred_at desc, id desc)');
    this.addSql('create index audit_entries_outcome on audit_entries (outcome, occurred_at desc, id desc)');
    // The outcome is filled in once, and with it what was not known before. What retention may remove it says within its
    // transaction, so that no other deletion goes through by chance.
    this.addSql(`
      create function keep_audit_entry() returns trigger language plpgsql as $$
      declare
        settled audit_entries := old;
      begin
        if tg_op = 'DELETE' then
          if old.occurred_at < nullif(current_setting('contactstream.remove_audit_before', true), '')::timestamptz then
            return old;
          end if;
        elsif old.outcome is null and new.outcome is not null then
          settled.outcome := new.outcome;
          settled.code := new.code;
          settled.settled_at := new.settled_at;
          settled.account_id := coalesce(old.account_id, new.account_id);
          settled.object := coalesce(old.object, new.object);
          if settled is not distinct from new then
            return new;
          end if;
        end if;
        raise exception 'audit_entries are kept as they were written' using errcode = 'KA001';
      end $$`);
    this.addSql(`
      create trigger keep_audit_entry before update or delete on audit_entries
      for each row execute function keep_audit_entry()`);
    this.addSql(`
      create function keep_audit_entries() returns trigger language plpgsql as $$
      begin
        raise exception 'audit_entries are kept as they were written' using errcode = 'KA001';
      end $$`);
    this.addSql(`
      create trigger keep_audit_entries before truncate on audit_entries
      for each statement execute function keep_audit_entries()`);
  }

  override down(): void {
    this.addSql('drop table audit_entries');
    this.addSql('drop function keep_audit_entry');
    this.addSql('drop function keep_audit_entries');
  }
}
