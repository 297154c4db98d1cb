import { Migration } from '@mikro-orm/migrations';

/** Tokens that were issued; of each the hash alone. */
export class ApiTokenTable extends Migration {
  override up(): void {
    this.addSql(`
      create table api_tokens (
        id uuid primary key,
        name text not null constraint api_tokens_name unique,
        token_hash text not null constraint api_tokens_token_hash unique,
        scopes text[] not null,
        account_id uuid references accounts (id) on delete cascade,
        created_at timestamptz(3) not null,
        created_by text not null,
        expires_at timestamptz(3) not null,
        last_used_at timestamptz(3))`);
    this.addSql('create index api_tokens_account_id on api_tokens (account_id) where account_id is not null');
  }

  override down(): void {
    this.addSql('drop table api_tokens');
  }
}
