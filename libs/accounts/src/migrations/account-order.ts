import { Migration } from '@mikro-orm/migrations';

/** By which a page of accounts is found in the order in which they were connected. */
export class AccountOrder extends Migration {
  override up(): void {
    this.addSql('create index accounts_connected_at on accounts (connected_at, id)');
  }

  override down(): void {
    this.addSql('drop index accounts_connected_at');
  }
}
