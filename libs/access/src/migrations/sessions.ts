import { Migration } from '@mikro-orm/migrations';

/** Sessions of browsers: opened with an issued token, with one of API_TOKENS, or by a person. */
export class SessionTable extends Migration {
  override up(): void {
    this.addSql(`
      create table sessions (
        secret_hash text primary key,
        token_id uuid references api_tokens (id) on delete cascade,
        configured_name text,
        configured_proof text,
        issuer text,
        subject text,
        person_name text,
        groups text[],
        created_at timestamptz(3) not null default now(),
        last_seen_at timestamptz(3) not null default now(),
        expires_at timestamptz(3) not null,
        constraint sessions_opened_by check (num_nonnulls(token_id, configured_name, subject) = 1))`);
    this.addSql('create index sessions_token_id on sessions (token_id) where token_id is not null');
    this.addSql('create index sessions_expires_at on sessions (expires_at)');
  }

  override down(): void {
    this.addSql('drop table sessions');
  }
}
