import { Migration } from '@mikro-orm/migrations';

export class ReadModel extends Migration {
  override up(): void {
    this.addSql('create extension if not exists pg_trgm');
    this.addSql(`
      create table contacts (
        id uuid not null,
        account_id uuid not null,
        resource_name text not null,
        version bigint not null,
        deleted boolean not null,
        deleted_at timestamptz,
        deleted_reason text,
        display_name text collate "und-x-icu" not null,
        document text,
        search_text text not null,
        phone_digits text not null,
        updated_at timestamptz not null,
        synced_at timestamptz not null,
        constraint contacts_pkey primary key (id)
      )`);
    this.addSql('create index contacts_by_name on contacts (display_name, id) where document is not null');
    // Live contacts of an account are counted in it.
    this.addSql(`
      create index contacts_by_account on contacts (account_id, display_name, id) include (deleted)
      where document is not null`);
    this.addSql('create index contacts_search on contacts using gin (search_text gin_trgm_ops)');
    this.addSql('create index contacts_phones on contacts using gin (phone_digits gin_trgm_ops)');
    this.addSql(`
      create table projection_progress (
        projection text not null,
        source text not null,
        partition integer not null,
        next_offset bigint not null,
        position bigint not null,
        moved_at timestamptz not null default clock_timestamp(),
        primary key (projection, source, partition)
      )`);
    // When a process last said that it follows for this projection.
    this.addSql(`
      create table projection_followers (
        projection text primary key,
        seen_at timestamptz not null
      )`);
    this.addSql(`
      create table projection_rebuilds (
        id uuid primary key,
        projection text not null,
        state text not null default 'queued' check (state in
          ('queued', 'filling', 'indexing', 'comparing', 'swapping', 'succeeded', 'failed', 'cancelled')),
        cancel_requested boolean not null default false,
        requested_at timestamptz not null default clock_timestamp(),
        started_at timestamptz,
        finished_at timestamptz,
        target bigint,
        owner text,
        fencing bigint not null default 0,
        leased_until timestamptz,
        differences jsonb,
        error text,
        check ((finished_at is null) = (state not in ('succeeded', 'failed', 'cancelled')))
      )`);
    this.addSql(`
      create unique index projection_rebuilds_going on projection_rebuilds (projection) where finished_at is null`);
  }

  override down(): void {
    this.addSql('drop table projection_rebuilds');
    this.addSql('drop table projection_followers');
    this.addSql('drop table projection_progress');
    this.addSql('drop table contacts');
  }
}
