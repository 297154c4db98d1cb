import { Migration } from '@mikro-orm/migrations';

/** Finds the disconnected accounts whose grant is still to be revoked, which every process looks for, among all accounts. */
export class AccountsToRevoke extends Migration {
  /** Syncs go on while the index is made. */
  override isTransactional(): boolean {
    return false;
  }

  override up(): void {
    // One that was interrupted leaves an index that nobody uses.
    this.addSql('drop index concurrently if exists accounts_to_revoke');
    this.addSql(`
      create index concurrently accounts_to_revoke on accounts (id)
      where state = 'disconnected' and refresh_token is not null`);
  }

  override down(): void {
    this.addSql('drop index concurrently if exists accounts_to_revoke');
  }
}
