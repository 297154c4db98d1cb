import { Migration } from '@mikro-orm/migrations';

/** Links by which people connect accounts, and what an account is known by in the product that made the link. */
export class ConnectLinkTable extends Migration {
  override up(): void {
    this.addSql(`
      create table connect_links (
        token_hash text primary key,
        reference text,
        return_url text,
        login_hint text,
        expires_at timestamptz not null,
        used_at timestamptz,
        account_id uuid references accounts (id) on delete cascade deferrable initially deferred)`);
    this.addSql(`
      create index connect_links_account_id on connect_links (account_id) where account_id is not null`);
    this.addSql(`
      alter table sign_ins add column link_hash text references connect_links (token_hash) on delete cascade`);
    this.addSql('create index sign_ins_link_hash on sign_ins (link_hash) where link_hash is not null');
    this.addSql('alter table accounts add column reference text constraint accounts_reference unique');
  }

  override down(): void {
    this.addSql('alter table accounts drop column reference');
    this.addSql('alter table sign_ins drop column link_hash');
    this.addSql('drop table connect_links');
  }
}
