import { Migration } from '@mikro-orm/migrations';

/** Accounts, the write side's snapshot of contacts, and the operational rows of runs. */
export class SyncState extends Migration {
  override up(): void {
    this.addSql(`
      create table accounts (
        id uuid primary key,
        name text not null,
        email text,
        google_subject text unique,
        state text not null check (state in ('connected', 'needs-reauth', 'disconnected', 'erasing')),
        refresh_token text,
        connected_at timestamptz,
        sync_interval_ms bigint,
        paused boolean not null default false,
        next_sync_at timestamptz,
        sync_token text,
        sync_token_request text,
        sync_token_obtained_at timestamptz,
        full_synced_at timestamptz
      )`);
    // Accounts that were connected by a given refresh token are known by their name alone.
    this.addSql('create unique index accounts_name on accounts (name) where google_subject is null');

    // Sign-ins that were begun and not ended: the state comes back once, within minutes.
    this.addSql(`
      create table sign_ins (
        state text primary key,
        code_verifier text not null,
        expires_at timestamptz not null
      )`);

    this.addSql(`
      create table contact_heads (
        contact_id uuid primary key,
        account_id uuid not null,
        resource_name text not null,
        version integer not null,
        deleted boolean not null,
        source_ids text[] not null,
        former_names text[] not null,
        fingerprint text not null,
        field_hashes jsonb not null,
        raw_hash text,
        last_event_at timestamptz not null,
        created_at timestamptz not null
      )`);
    this.addSql('create index contact_heads_live on contact_heads (account_id) where not deleted');
    this.addSql(`
      create index contact_heads_deleted on contact_heads (account_id, resource_name) where deleted`);

    // Every name and CONTACT source id that ever led to a contact, and the contact that it leads to now.
    this.addSql(`
      create table contact_keys (
        account_id uuid not null,
        key text not null,
        contact_id uuid not null,
        primary key (account_id, key)
      )`);
    this.addSql('create index contact_keys_contact on contact_keys (contact_id)');

    this.addSql(`
      create table sync_leases (
        account_id uuid primary key references accounts (id) on delete cascade,
        owner text,
        fencing_token bigint not null,
        expires_at timestamptz not null
      )`);

    this.addSql(`
      create table sync_runs (
        id uuid primary key,
        account_id uuid not null references accounts (id) on delete cascade,
        requested_mode text not null check (requested_mode in ('auto', 'full', 'incremental')),
        mode text not null check (mode in ('full', 'incremental')),
        trigger text not null check (trigger in ('manual', 'scheduled')),
        state text not null check (state in ('queued', 'running', 'held', 'succeeded', 'failed', 'cancelled')),
        fallback_reason text check (fallback_reason in ('no-sync-token', 'sync-token-expired', 'request-changed')),
        epoch integer not null,
        epoch_started_at timestamptz not null,
        next_page_token text,
        sync_token text,
        pending_sync_token text,
        total_items integer,
        statistics jsonb not null,
        last_position bigint,
        held_deletions integer,
        hold_reason text check (hold_reason in ('deletion-guard', 'empty-list', 'list-short', 'unknown-person')),
        cancel_requested boolean not null default false,
        error_code text,
        error_detail text,
        retry_after_seconds integer,
        queued_at timestamptz not null,
        started_at timestamptz,
        finished_at timestamptz
      )`);
    // One run an account at a time, over all processes: a second one collides here.
    this.addSql(`
      create unique index sync_runs_active on sync_runs (account_id) where state in ('queued', 'running')`);
    this.addSql('create index sync_runs_newest on sync_runs (queued_at desc, id desc)');
    this.addSql('create index sync_runs_account_newest on sync_runs (account_id, queued_at desc, id desc)');

    // What each page of a running run showed. An array a page, so that an unchanged sync rewrites no contact.
    this.addSql(`
      create table sync_run_pages (
        run_id uuid not null references sync_runs (id) on delete cascade,
        epoch integer not null,
        page integer not null,
        contact_ids uuid[] not null,
        outcomes text not null,
        tombstones text[] not null,
        previous_names text[] not null,
        quarantined text[] not null,
        shown_at timestamptz not null default clock_timestamp(),
        primary key (run_id, epoch, page)
      )`);

    // Inferred deletions that wait for a person's word; a contact that is seen again leaves.
    this.addSql(`
      create table held_deletions (
        account_id uuid not null references accounts (id) on delete cascade,
        run_id uuid not null references sync_runs (id) on delete cascade,
        contact_id uuid not null,
        primary key (account_id, contact_id)
      )`);

    this.addSql(`
      create table quarantined_persons (
        id uuid primary key,
        account_id uuid not null references accounts (id) on delete cascade,
        run_id uuid not null,
        person_key text not null,
        resource_name text,
        source_ids text[] not null,
        payload json not null,
        error text not null,
        occurred_at timestamptz not null,
        state text not null check (state in ('open', 'replayed', 'superseded', 'discarded'))
      )`);
    this.addSql(`
      create unique index quarantined_persons_open on quarantined_persons (account_id, person_key)
      where state = 'open'`);
  }

  override down(): void {
    for (const table of [
      'quarantined_persons',
      'held_deletions',
      'sync_run_pages',
      'sync_runs',
      'sync_leases',
      'contact_keys',
      'contact_heads',
      'sign_ins',
      'accounts',
    ]) {
      this.addSql(`drop table ${table}`);
    }
  }
}
