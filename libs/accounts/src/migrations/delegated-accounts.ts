import { Migration } from '@mikro-orm/migrations';

/** An account may be read in its person's name by a service account, and then has no refresh token. */
export class DelegatedAccounts extends Migration {
  override up(): void {
    this.addSql(`
      alter table accounts add column delegated_subject text,
        add constraint accounts_one_grant check (refresh_token is null or delegated_subject is null)`);
  }

  override down(): void {
    this.addSql('alter table accounts drop column delegated_subject');
  }
}
